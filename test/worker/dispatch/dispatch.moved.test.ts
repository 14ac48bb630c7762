import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cancelCommunications } from '../../../db/communication/cancel';
import { rescheduleCommunications } from '../../../db/communication/reschedule';
import { connect, type Sql } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import type { Communication } from '../../../domain/communication/communication';
import type { ItemResult } from '../../../domain/itemResult';
import { type SmtpSink, startSmtpSink } from '../support/smtpSink';
import { World } from '../support/world';

describe('messages that are moved and cancelled while a worker sends them', () => {
	let world: World;
	let smtp: SmtpSink;
	let app: postgres.Sql;
	beforeAll(async () => {
		world = await World.create();
		smtp = await startSmtpSink();
		app = connect(world.database.appUrl, { max: 4 });
	});
	afterAll(async () => {
		await app.end();
		await world.destroy();
		await smtp.stop();
	});

	it('arrive once, but for those whose cancelling was confirmed: they never do', async () => {
		const subjects = Array.from({ length: 60 }, (_, n) => `Message ${n}`);
		const ids = await world.schedule(subjects.map((subject) => ({ subject })));
		const run = (work: (tx: Sql) => Promise<ItemResult<Communication>[]>) =>
			inOrganization(app, 'acme', work);
		await world.startWorker({ smtpUrl: smtp.url });
		const scheduledAt = () => new Date(Date.now() + 300).toISOString();
		const confirmed = new Set<number>();
		for (let round = 0; round < 12; round++) {
			const moving = ids
				.filter((_, n) => (n + round) % 3 > 0)
				.map((id) => ({ id, scheduledAt: scheduledAt(), reopen: false }));
			const [, cancelled] = await Promise.all([
				run((tx) => rescheduleCommunications(tx, moving)),
				run((tx) => cancelCommunications(tx, ids.slice(round * 2, round * 2 + 2))),
			]);
			for (const { row } of cancelled) if (row) confirmed.add(row.id);
		}
		const sent = ids.filter((id) => !confirmed.has(id));
		await world.untilStatus(sent, 'completed', 20_000);
		await world.stopWorkers();
		const expected = subjects.filter((_, n) => !confirmed.has(ids[n] ?? 0));
		expect(smtp.received.map(({ subject }) => subject).sort()).toEqual(expected.sort());
		await world.untilStatus([...confirmed], 'cancelled');
	});
});
