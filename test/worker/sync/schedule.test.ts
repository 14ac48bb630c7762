import { describe } from 'vitest';
import { syncScheduleSuite } from './schedule.suite';

describe('scans with the queue in PostgreSQL', () => {
	syncScheduleSuite(
		() => undefined,
		async ({ sql }) => {
			await sql`delete from bullmq.job`;
			await sql`delete from bullmq.scheduler`;
		},
	);
});
