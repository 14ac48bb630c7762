import { expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { openWorld } from './world';

it('new partitions do not wait behind an organization that leaves a transaction open', async () => {
	const world = await openWorld();
	const as = (user: string, password: string) => {
		const url = new URL(world.database.ownerUrl);
		url.username = user;
		url.password = password;
		return connect(url.toString(), { max: 1 });
	};
	const alpha = as(world.alpha.login.user, world.alpha.login.password);
	const beta = as(world.beta.login.user, world.beta.login.password);
	const worker = connect(world.database.workerUrl, { max: 1 });
	try {
		const holder = await alpha.reserve();
		await holder.unsafe('begin; select from activity_logs');
		// While it waits for its locks, everybody who comes later waits for it.
		await expect(worker`select lma.ensure_activity_partitions(5)`).rejects.toMatchObject({ code: '55P03' });
		expect((await beta`select from activity_logs`).count).toBeGreaterThan(0);
		await holder.unsafe('rollback');
		holder.release();
		expect(await worker`select lma.ensure_activity_partitions(5) as made`).toEqual([{ made: 2 }]);
	} finally {
		await Promise.all([alpha.end(), beta.end(), worker.end()]);
		await world.close();
	}
});
