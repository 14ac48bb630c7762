import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { logCommunications } from '../../../db/communication/write';
import { connect, type Sql } from '../../../db/connection/client';
import { createLeads } from '../../../db/lead/create';
import {
	claimTotalsCheck,
	foldTotals,
	reconcileTotals,
	totalsDrift,
	totalsState,
} from '../../../db/totals/totals';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';
import { countedFromRows, expectExact, shownByViews } from './truth';

describe('totals that are wrong', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	let worker: postgres.Sql;
	let organizationId: number;
	let firstUser: number;

	beforeAll(async () => {
		acme = await openTenant({ users: 2 });
		owner = postgres(acme.database.ownerUrl, { max: 3, onnotice: () => undefined });
		worker = connect(acme.database.workerUrl, { max: 4 });
		organizationId = acme.organization.id;
		firstUser = acme.organization.userIds[0]!;
	});
	beforeEach(async () => {
		await owner`truncate leads cascade`;
		await acme.run((tx) => write(tx, 20));
		await foldTotals(worker);
		await expectExact(owner);
	});
	afterAll(async () => {
		await Promise.all([owner.end(), worker.end()]);
		await acme.close();
	});

	async function write(tx: Sql, count: number): Promise<void> {
		const leads = Array.from({ length: count }, (_, n) => ({
			email: `${n}@x.test`,
			firstName: '',
			lastName: '',
			score: n % 101,
			assignedToId: n % 2 ? firstUser : null,
		}));
		const rows = rowsOf(await createLeads(tx, leads));
		await logCommunications(
			tx,
			rows.map(({ id: leadId }) => ({
				leadId,
				userId: firstUser,
				communicationType: 'call',
				direction: 'outbound',
			})),
		);
	}

	/** Writes behind the back of the triggers, as only a superuser can. */
	const tamper = () =>
		owner.begin(async (tx) => {
			await tx`set local session_replication_role = replica`;
			await tx`
				insert into leads (email, first_name, last_name, organization_id, assigned_to_id, score, status)
				values ('t@x.test', '', '', ${organizationId}, ${firstUser}, 7, 'QUALIFIED')`;
			await tx`update lma.communication_totals set communications = communications - 2`;
		});
	// A lead, its score and its being qualified are missing, and two communications.
	const drift = 1 + 7 + 1 + 2;

	it('show, in numbers and by user', async () => {
		expect(await totalsDrift(worker, organizationId)).toEqual([]);
		await tamper();
		expect(await totalsDrift(worker, organizationId)).toEqual([
			{ userId: firstUser, leads: 1, scoreSum: 7, qualified: 1, won: 0, communications: 2, notes: 0 },
		]);
		expect(await shownByViews(owner)).not.toEqual(await countedFromRows(owner));
		expect(await reconcileTotals(worker, organizationId)).toMatchObject({ drift });
		expect(await totalsState(worker)).toMatchObject({ drift });
		// Looking repairs nothing.
		expect(await reconcileTotals(worker, organizationId)).toMatchObject({ drift });
	});

	it('are put right while others write, fold and repair', async () => {
		await tamper();
		const done = new AbortController();
		const writing = [1, 2, 3].map(async () => {
			let written = 0;
			for (; !done.signal.aborted || written < 3; written++) await acme.run((tx) => write(tx, 5));
		});
		const folding = (async () => {
			while (!done.signal.aborted) await foldTotals(worker);
		})();
		const repairs = await Promise.all(
			[1, 2, 3].map(() => reconcileTotals(worker, organizationId, { repair: true })),
		);
		expect(await totalsDrift(worker, organizationId)).toEqual([]);
		done.abort();
		await Promise.all([...writing, folding]);
		// Who looked before the first repair was done has found the difference, and nobody found another.
		expect(repairs.map((repair) => repair.drift).filter((found) => found !== 0 && found !== drift)).toEqual(
			[],
		);
		await expectExact(owner);
		expect(await reconcileTotals(worker, organizationId)).toEqual({ drift: 0, users: [] });
		expect(await totalsState(worker)).toMatchObject({ drift: 0, checkedAt: expect.any(String) as string });
	});

	it.each(['leads_count_created', 'leads_count_changed', 'leads_count_deleted', 'leads_count_truncated'])(
		'come of a missing %s: the comparison sees it',
		async (trigger) => {
			await owner`alter table leads disable trigger ${owner(trigger)}`;
			await acme.run((tx) => write(tx, 1));
			await owner`update leads set score = score + 1`;
			await owner`delete from leads where id = (select max(id) from leads)`;
			if (trigger.endsWith('truncated')) await owner`truncate leads cascade`;
			await owner`alter table leads enable trigger ${owner(trigger)}`;
			await expect(expectExact(owner)).rejects.toThrow();
			const { drift: found } = await reconcileTotals(worker, organizationId, { repair: true });
			expect(found).toBeGreaterThan(0);
			await expectExact(owner);
		},
	);

	it('give each organization to one of many checkers, once a night', async () => {
		await owner`insert into organizations (name, slug) select 'o' || n, 'o' || n from generate_series(1, 20) n`;
		await owner`update lma.totals_checks set claimed_at = null`;
		const claim = async (claimed: number[]): Promise<number[]> => {
			const id = await claimTotalsCheck(worker);
			if (id === null) return claimed;
			await reconcileTotals(worker, id);
			return claim([...claimed, id]);
		};
		const claimed = (await Promise.all([claim([]), claim([]), claim([]), claim([])])).flat();
		const ids = await owner<{ id: number }[]>`select id from organizations order by id`;
		expect(claimed.toSorted((a, b) => a - b)).toEqual(ids.map(({ id }) => id));

		const dueAfter = async (change: postgres.PendingQuery<postgres.Row[]>) => {
			await change;
			return claim([]);
		};
		expect(
			await dueAfter(owner`update lma.totals_checks set claimed_at = now() - interval '1 day'`),
		).toHaveLength(21);
		// Found something, or was cut off: again after an hour.
		const anHourAgo = owner`now() - interval '61 minutes'`;
		const lately = owner`greatest(${anHourAgo}, date_trunc('day', now() at time zone 'UTC' - interval '3 hours')
			at time zone 'UTC' + interval '3 hours')`;
		await owner`update lma.totals_checks set claimed_at = ${lately}, checked_at = now()`;
		expect(await claim([])).toEqual([]);
		const [isLong] = await owner<{ yes: boolean }[]>`select ${lately} <= ${anHourAgo} as yes`;
		await owner`update lma.totals_checks set drift = 1 where organization_id = ${organizationId}`;
		if (isLong!.yes) expect(await claim([])).toEqual([organizationId]);
		// An organization that came without a trigger is not forgotten.
		await owner`delete from lma.totals_checks where organization_id = ${organizationId}`;
		expect(await claim([])).toContain(organizationId);
	});

	it('ends a comparison that is no longer wanted', async () => {
		const stopping = new AbortController();
		const blocked = await owner.reserve();
		await blocked`begin`;
		await blocked`lock table lead_notes in access exclusive mode`;
		const comparing = reconcileTotals(worker, organizationId, { signal: stopping.signal });
		await expect
			.poll(
				() => owner`
					select from pg_stat_activity
					where datname = current_database() and wait_event_type = 'Lock' and query ~ 'totals_drift'`,
				{ timeout: 10_000 },
			)
			.toHaveLength(1);
		stopping.abort();
		await expect(comparing).rejects.toMatchObject({ code: '57014' });
		await blocked`rollback`;
		blocked.release();
	});

	it('is nothing for nodes: they read their own totals and change none', async () => {
		expect(await acme.run((tx) => tx`select from lma.lead_totals`)).toHaveLength(2);
		for (const statement of [
			'insert into lma.lead_total_deltas values (1, 0, 1, 1, 1, 1)',
			'delete from lma.lead_totals',
			'truncate lma.note_total_deltas',
			'select from lma.totals_checks',
			'select lma.fold_totals()',
			`select lma.totals_drift(${organizationId})`,
			`select lma.repair_totals(${organizationId})`,
			'select lma.totals_state()',
		]) {
			await expect(acme.run((tx) => tx.unsafe(statement))).rejects.toMatchObject({ code: '42501' });
		}
	});
});
