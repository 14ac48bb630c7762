import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { assignLeads } from '../../../db/assignment/assign';
import { logCommunications, scheduleCommunications } from '../../../db/communication/write';
import type { Sql } from '../../../db/connection/client';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { changeLeadStatus } from '../../../db/lead/update';
import { createNotes } from '../../../db/note/note';
import type { ItemResult } from '../../../domain/itemResult';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

type Write = (tx: Sql, leadIds: number[]) => Promise<ItemResult<unknown>[]>;

describe('bulk writes in opposite orders', () => {
	let acme: TestTenant;

	beforeAll(async () => {
		acme = await openTenant();
	});
	afterAll(async () => {
		await acme.close();
	});

	const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
	const log = (tx: Sql, ids: number[]) =>
		logCommunications(
			tx,
			ids.map((leadId) => ({ leadId, communicationType: 'call', direction: 'outbound' })),
		);
	const schedule = (tx: Sql, ids: number[]) =>
		scheduleCommunications(
			tx,
			ids.map((leadId) => ({ leadId, communicationType: 'call', scheduledAt: tomorrow })),
		);
	const note = (tx: Sql, ids: number[]) =>
		createNotes(
			tx,
			ids.map((leadId) => ({ leadId, content: 'x' })),
		);
	const assign = (tx: Sql, ids: number[]) =>
		assignLeads(
			tx,
			ids.map((leadId, n) => ({ leadId, strategy: n % 2 ? 'roundRobin' : 'leastLoaded', reassign: true })),
		);
	const status = (tx: Sql, ids: number[]) =>
		changeLeadStatus(
			tx,
			ids.map((id, n) => ({ id, status: n % 2 ? 'CONTACTED' : 'QUALIFIED' })),
		);

	async function newLeads(): Promise<number[]> {
		const leads = Array.from({ length: 300 }, (_, n) => ({
			email: `lead${n}@example.com`,
			firstName: '',
			lastName: '',
		}));
		return rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
	}

	it.each<[string, Write, Write]>([
		['logging and changing the status', log, status],
		['logging and logging', log, log],
		['assigning in several ways and changing the status', assign, status],
	])('%s at once both succeed', async (_title, first, second) => {
		const ids = await newLeads();
		const backwards = ids.toReversed();
		const works = Array.from({ length: 12 }, (_, n) => (n % 2 ? first : second));
		await Promise.all(
			works.map((work, n) => acme.run(async (tx) => rowsOf(await work(tx, n % 3 ? backwards : ids)))),
		);
	});

	it.each<[string, Write]>([
		['log', log],
		['schedule', schedule],
		['note', note],
	])('%s for leads that are being deleted finds those gone, and no other', async (_name, write) => {
		for (let round = 0; round < 10; round++) {
			const ids = await newLeads();
			const half = ids.slice(0, 150);
			const [, written] = await Promise.all([
				acme.run((tx) => deleteLeads(tx, half)),
				acme.run((tx) => write(tx, ids.toReversed())),
			]);
			const failed = written.filter(({ error }) => error);
			expect(failed.every(({ error }) => error?.code === 'LEAD_NOT_FOUND')).toBe(true);
			expect([0, 150]).toContain(failed.length);
		}
	});
});
