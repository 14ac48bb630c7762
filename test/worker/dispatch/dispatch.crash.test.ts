import { describe } from 'vitest';
import { crashSuite } from './dispatch.crash.suite';

describe('with the queue in PostgreSQL', () => {
	crashSuite(
		() => undefined,
		async ({ sql }) => {
			await sql`delete from bullmq.job`;
		},
	);
});
