import { afterAll, beforeAll, expect, it } from 'vitest';
import { passMoment } from '../setup/moment';
import { startWorkerProcess } from './support/child';
import { World } from './support/world';

let world: World;

beforeAll(async () => {
	world = await World.create();
});
afterAll(() => world.destroy());

it('a worker outlives connections that PostgreSQL cuts at any moment', async () => {
	const child = await startWorkerProcess({ DATABASE_URL: world.database.workerUrl }, {});
	// At any moment: also while a connection is being set up.
	for (let n = 0; n < 150; n++) {
		await world.sql`
			select pg_terminate_backend(pid)
			from pg_stat_activity
			where datname = current_database()
				and pid <> pg_backend_pid()
				and application_name like 'lma-worker%'`;
		await passMoment(n % 20);
	}
	const { code, output } = await child.terminate();
	expect(output).toContain('stopped');
	expect(code).toBe(0);
});
