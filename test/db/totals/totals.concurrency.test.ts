import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { logCommunications } from '../../../db/communication/write';
import { connect, type Sql } from '../../../db/connection/client';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { updateLeads } from '../../../db/lead/update';
import { createNotes } from '../../../db/note/note';
import { foldTotals } from '../../../db/totals/totals';
import { openTenant, type TestTenant } from '../../setup/tenant';
import { expectExact } from './truth';

const COMPARISONS = 300;
const WRITERS = 8;

describe('totals while many write', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	let worker: postgres.Sql;

	beforeAll(async () => {
		acme = await openTenant({ users: 5 });
		owner = postgres(acme.database.ownerUrl, { max: 6, onnotice: () => undefined });
		worker = connect(acme.database.workerUrl, { max: 3 });
	});
	afterAll(async () => {
		await Promise.all([owner.end(), worker.end()]);
		await acme.close();
	});

	const pick = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]!;
	const user = () => pick([...acme.organization.userIds, null]);
	const score = () => Math.floor(Math.random() * 101);
	const newLeads = (tx: Sql, count = 5) =>
		createLeads(
			tx,
			Array.from({ length: count }, () => ({
				email: 'l@x.test',
				firstName: '',
				lastName: '',
				score: score(),
				assignedToId: user(),
				status: pick(['NEW', 'QUALIFIED', 'CLOSED_WON'] as const),
			})),
		);

	const writes: ((tx: Sql, leadIds: number[]) => PromiseLike<unknown>)[] = [
		(tx) => newLeads(tx),
		(tx, ids) =>
			updateLeads(
				tx,
				ids.map((id) => ({ id, score: score(), assignedToId: user() })),
			),
		(tx, ids) =>
			updateLeads(
				tx,
				ids.map((id) => ({ id, status: pick(['NEW', 'CLOSED_WON'] as const) })),
			),
		(tx, ids) =>
			logCommunications(
				tx,
				ids.map((leadId) => ({ leadId, userId: user(), communicationType: 'call', direction: 'inbound' })),
			),
		(tx, ids) =>
			createNotes(
				tx,
				ids.map((leadId) => ({ leadId, userId: user(), content: 'x' })),
			),
		(tx, ids) => tx`update lead_notes set user_id = ${user()} where lead_id = any(${ids})`,
		(tx, ids) => deleteLeads(tx, ids.slice(0, 4)),
		async (tx, ids) => {
			await newLeads(tx, 3);
			await tx`update leads set score = ${score()} where id = any(${ids})`;
			throw new Error('thought better of it');
		},
	];

	it('equal what is there in every snapshot, with folders at work', async () => {
		await acme.run((tx) => newLeads(tx, 200));
		let comparisons = 0;
		let written = 0;
		let folded = 0;
		const goesOn = () => comparisons < COMPARISONS;

		const write = async () => {
			while (goesOn()) {
				const ids = await acme.run(
					(tx) => tx<{ id: number }[]>`select id from leads order by random() limit 8`,
				);
				await acme
					.run((tx) =>
						pick(writes)(
							tx,
							ids.map(({ id }) => id),
						),
					)
					.catch((error: unknown) => {
						expect((error as Error).message).toBe('thought better of it');
					});
				written++;
			}
		};
		const fold = async () => {
			while (goesOn()) folded += await foldTotals(worker);
		};
		const compare = async () => {
			while (goesOn()) {
				await expectExact(owner);
				comparisons++;
			}
		};
		const all = [...Array.from({ length: WRITERS }, write), fold(), fold(), compare(), compare(), compare()];
		await Promise.all(all).catch((error: unknown) => {
			comparisons = COMPARISONS;
			throw error;
		});
		expect(written).toBeGreaterThan(COMPARISONS);
		expect(folded).toBeGreaterThan(COMPARISONS);
	}, 240_000);

	it('count nothing of a write whose connection was lost', async () => {
		const doomed = postgres(acme.database.ownerUrl, { max: 1, onnotice: () => undefined });
		const reserved = await doomed.reserve();
		const [backend] = await reserved<{ pid: number }[]>`select pg_backend_pid() as pid`;
		for (const statement of [
			'begin',
			`insert into leads (email, first_name, last_name, organization_id)
				select 'k@x.test', '', '', ${acme.organization.id} from generate_series(1, 3000)`,
			'select lma.fold_totals()',
		])
			await reserved.unsafe(statement);
		const dying = reserved
			.unsafe('update leads set score = (score + 1) % 101, status = $1', ['QUALIFIED'])
			.execute();
		await owner`select pg_terminate_backend(${backend!.pid})`;
		await expect(dying).rejects.toThrow();
		await expectExact(owner);
		await foldTotals(worker);
		await expectExact(owner);
		await doomed.end({ timeout: 1 });
	});

	it('are folded by the writers themselves, and never by one that would have to wait', async () => {
		await foldTotals(worker);
		const pending = async () => {
			const [row] = await owner<{ count: number }[]>`select count(*)::int from lma.note_total_deltas`;
			return row!.count;
		};
		const threeThousandNotes = (tx: postgres.ISql<Record<never, never>>) => tx`
			do $$
			begin
				perform setseed(0.5);
				for n in 1..3000 loop
					insert into lead_notes (lead_id, content) values ((select id from leads limit 1), 'x');
				end loop;
			end
			$$`;
		// Somebody else holds the organization: nothing is folded, and nobody waits.
		await owner.begin(async (tx) => {
			await tx`select lma.fold_totals(${acme.organization.id})`;
			await tx`select from lma.totals_checks for update`;
			await owner.begin(async (other) => {
				await other`set local lock_timeout = '1s'`;
				await threeThousandNotes(other);
			});
		});
		expect(await pending()).toBe(3000);
		await threeThousandNotes(owner);
		expect(await pending()).toBeLessThan(3000);
		// A stricter transaction could fail by folding.
		await foldTotals(worker);
		await owner.begin('isolation level serializable', threeThousandNotes);
		expect(await pending()).toBe(3000);
		await expectExact(owner);
	}, 120_000);
});
