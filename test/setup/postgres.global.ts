import type { TestProject } from 'vitest/node';
import { startTestPostgres } from './postgres';
import { createTemplate, dropTemplate, type TestCluster } from './template';

declare module 'vitest' {
	export interface ProvidedContext {
		cluster: TestCluster;
	}
}

/** One PostgreSQL and one migrated template for the whole run; removed at its end, Ctrl-C included. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const server = await startTestPostgres();
	try {
		const cluster = await createTemplate(server.adminUrl);
		project.provide('cluster', cluster);
		console.log(`PostgreSQL for the tests: ${server.description}`);
		return async () => {
			if (process.env.TEST_DATABASE_URL) await dropTemplate(cluster);
			await server.stop();
		};
	} catch (error) {
		await server.stop();
		throw error;
	}
}
