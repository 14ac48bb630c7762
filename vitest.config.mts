import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const elsewhere = ['**/node_modules/**', '**/dist/**', 'test/realN8n/**'];
const unit = ['test/domain/**/*.test.ts', 'test/**/*.unit.test.ts'];
const processes = ['test/cli/{n8n,postgres,start}/**/*.test.ts'];
const trigger = ['test/nodes/LmaTrigger/**/*.test.ts'];
const redis = ['test/**/*.redis.test.ts'];

/**
 * n8n-core requires the CommonJS build of n8n-workflow, and so do nodes inside n8n. With the ES build that Vite would
 * choose, nodes under test and the engine had two copies of every error class.
 */
const alias = { 'n8n-workflow': createRequire(import.meta.url).resolve('n8n-workflow') };

/** On a server that is given, an open transaction of any other test holds up the events. */
const isTriggerAlone = process.env.TEST_DATABASE_URL !== undefined;

/** Files that take a minute or more at their full size. */
const LONG =
	/\/(Lma\/hostile\/(even|odd)Operations|adopt\/adopt(\.(kill|live))?|dispatch\/dispatch\.crash(\.redis)?)\.test\.ts$/;

/** Begins with the files that take longest: last, one of them would run while the other workers have nothing to do. */
class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const sorted = await super.sort(files);
		const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
		return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
	}
}

type Options = NonNullable<TestProjectInlineConfiguration['test']>;

/** A project beside the others; each starts only what its `globalSetup` names, and only when one of its files runs. */
function project(name: string, include: string[], options: Options): TestProjectInlineConfiguration {
	return {
		resolve: { alias },
		test: {
			name,
			include,
			exclude: elsewhere,
			testTimeout: 30_000,
			hookTimeout: 60_000,
			// One more than there are cores: many tests wait most of the time. More than four want more connections than there are.
			maxWorkers: Math.min(availableParallelism() + 1, 4),
			sequence: { groupOrder: 1 },
			...options,
		},
	};
}

const scratch = 'test/setup/scratch.global.ts';
const postgres = 'test/setup/postgres.global.ts';

export default defineConfig({
	test: {
		sequence: { sequencer: LongestFirst },
		// `db/connection/strayRejection.ts` takes this one, and vitest listens beside it. Its mark is repeated: a configuration
		// that imports TypeScript is compiled anew by every worker, with a warning.
		onUnhandledError: ({ query }) =>
			typeof query === 'string' && query.includes('select b.oid, b.typarray') ? false : undefined,
		projects: [
			project('unit', unit, { globalSetup: [scratch], exclude: [...elsewhere, ...redis] }),
			project('processes', processes, { globalSetup: [scratch], exclude: [...elsewhere, ...unit] }),
			project('database', ['test/**/*.test.ts'], {
				globalSetup: ['test/setup/monthEnd.global.ts', scratch, postgres],
				isolate: false,
				exclude: [...elsewhere, ...unit, ...processes, ...trigger, ...redis],
			}),
			project('trigger', trigger, {
				globalSetup: [scratch, ...(isTriggerAlone ? [postgres] : [])],
				exclude: [...elsewhere, ...unit],
				...(isTriggerAlone && { maxWorkers: 1, sequence: { groupOrder: 2 } }),
			}),
			project('redis', redis, {
				globalSetup: [scratch, postgres, 'test/setup/redis.global.ts'],
				isolate: false,
			}),
			project('n8n', ['test/realN8n/**/*.test.ts'], {
				globalSetup: [scratch, postgres],
				exclude: ['**/node_modules/**', '**/dist/**'],
				testTimeout: 300_000,
				// Installing n8n for the first time takes minutes.
				hookTimeout: 1_500_000,
				maxWorkers: 1,
				sequence: { groupOrder: 3 },
			}),
		],
	},
});
