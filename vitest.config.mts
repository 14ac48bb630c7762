import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const inRepository = ['**/node_modules/**', '**/dist/**'];
const trigger = 'test/nodes/LmaTrigger/**/*.test.ts';

/**
 * n8n-core requires the CommonJS build of n8n-workflow, and so do nodes inside n8n. With the ES build that Vite would
 * choose, nodes under test and the engine had two copies of every error class.
 */
const alias = { 'n8n-workflow': createRequire(import.meta.url).resolve('n8n-workflow') };

export default defineConfig({
	test: {
		globalSetup: ['test/setup/scratch.global.ts', 'test/setup/postgres.global.ts'],
		projects: [
			{
				resolve: { alias },
				test: {
					name: 'database',
					include: ['test/**/*.test.ts'],
					exclude: [...inRepository, 'test/**/*.redis.test.ts', 'test/n8n/**', trigger],
					testTimeout: 30_000,
					hookTimeout: 60_000,
					maxWorkers: 2,
					sequence: { groupOrder: 1 },
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'trigger',
					include: [trigger],
					testTimeout: 30_000,
					hookTimeout: 60_000,
					// Alone: an open transaction of any other test on the server holds up the events.
					maxWorkers: 1,
					sequence: { groupOrder: 2 },
				},
			},
			{
				test: {
					name: 'redis',
					include: ['test/**/*.redis.test.ts'],
					exclude: [...inRepository, 'test/n8n/**'],
					globalSetup: ['test/setup/redis.global.ts'],
					testTimeout: 30_000,
					hookTimeout: 60_000,
					maxWorkers: 2,
					sequence: { groupOrder: 3 },
				},
			},
			{
				test: {
					name: 'n8n',
					include: ['test/n8n/**/*.test.ts'],
					exclude: inRepository,
					testTimeout: 300_000,
					// Installing n8n for the first time takes minutes.
					hookTimeout: 1_500_000,
					fileParallelism: false,
					sequence: { groupOrder: 4 },
				},
			},
		],
	},
});
