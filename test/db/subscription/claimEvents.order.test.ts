import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Sql } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { updateLeads } from '../../../db/lead/update';
import { acknowledgeEvents, claimEvents } from '../../../db/subscription/claimEvents';
import { closeSubscription, openSubscription } from '../../../db/subscription/subscription';
import type { LmaEvent } from '../../../domain/event/event';
import { settled } from '../../setup/settled';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

const NAME = 'feed';

let acme: TestTenant;
let owner: postgres.Sql;

beforeAll(async () => {
	acme = await openTenant();
	owner = postgres(acme.database.ownerUrl, { max: 2 });
});
afterAll(async () => {
	await owner.end();
	await acme.close();
});
beforeEach(async () => {
	await acme.run((tx) => closeSubscription(tx, NAME));
	await settled(owner);
	await acme.run((tx) => openSubscription(tx, { name: NAME, eventTypes: ['lead.created', 'lead.updated'] }));
});

const lead = (firstName: string) => ({ email: `${firstName}@x.test`, firstName, lastName: '' });
const create = async (tx: Sql, firstName: string) => rowsOf(await createLeads(tx, [lead(firstName)]))[0]!.id;

/** Everything there is to read now, acknowledged. */
async function readAll(): Promise<LmaEvent[]> {
	const all: LmaEvent[] = [];
	for (;;) {
		const batch = await acme.run((tx) => claimEvents(tx, NAME, { reader: 'test', limit: 7 }));
		all.push(...batch!.events);
		if (batch!.events.length > 0) {
			expect(await acme.run((tx) => acknowledgeEvents(tx, NAME, batch!.epoch, batch!.cursor))).toBe(true);
		}
		if (!batch!.more) return all;
	}
}

/** A transaction that commits when told to. */
async function openTransaction(): Promise<{
	create(name: string): Promise<number>;
	commit(): Promise<void>;
}> {
	const isOpen = Promise.withResolvers<Sql>();
	const mayCommit = Promise.withResolvers<undefined>();
	const done = inOrganization(acme.sql, 'acme', async (tx) => {
		isOpen.resolve(tx);
		await mayCommit.promise;
	});
	const tx = await isOpen.promise;
	return {
		create: (name) => create(tx, name),
		async commit() {
			mayCommit.resolve(undefined);
			await done;
		},
	};
}

describe('events', () => {
	it('of a transaction that commits after a younger one are not lost, and keep their place', async () => {
		const early = await openTransaction();
		const late = await openTransaction();
		const first = await early.create('first');
		const second = await late.create('second');
		await late.commit();
		// The younger is there, but not yet delivered: nobody could tell what will come before it.
		expect(await readAll()).toEqual([]);
		const third = await acme.run((tx) => create(tx, 'third'));
		expect(await readAll()).toEqual([]);
		await early.commit();
		await settled(owner);
		expect((await readAll()).map(({ leadId }) => leadId)).toEqual([first, second, third]);
	});

	it('of one transaction stay together, whatever others write in between', async () => {
		const one = await openTransaction();
		const other = await openTransaction();
		const a = await one.create('a');
		const b = await other.create('b');
		const c = await one.create('c');
		const d = await other.create('d');
		await other.commit();
		await one.commit();
		await settled(owner);
		expect((await readAll()).map(({ leadId }) => leadId)).toEqual([a, c, b, d]);
	});

	it('all arrive after a transaction that was open for long', async () => {
		const long = await openTransaction();
		const first = await long.create('long');
		const ids = [];
		for (let n = 0; n < 30; n++) ids.push(await acme.run((tx) => create(tx, `n${n}`)));
		expect(await readAll()).toEqual([]);
		await long.commit();
		await settled(owner);
		expect((await readAll()).map(({ leadId }) => leadId)).toEqual([first, ...ids]);
	});

	it('of a transaction that rolls back never arrive', async () => {
		await acme
			.run(async (tx) => {
				await create(tx, 'never');
				throw new Error('rolled back');
			})
			.catch(() => undefined);
		const id = await acme.run((tx) => create(tx, 'ever'));
		await settled(owner);
		expect((await readAll()).map(({ leadId }) => leadId)).toEqual([id]);
	});

	it('are refused to a transaction whose snapshot is older than what it would pass over', async () => {
		const claim = acme.run(async (tx) => {
			await tx`rollback`;
			await tx`begin isolation level repeatable read`;
			await tx`select lma.use_organization('acme')`;
			return claimEvents(tx, NAME, { reader: 'test' });
		});
		await expect(claim).rejects.toMatchObject({ code: '25000' });
	});
});

interface Write {
	leads: number;
	statements: number;
	rollsBack: boolean;
}
interface Read {
	limit: number;
	outcome: 'acknowledge' | 'part' | 'crash';
}
const writerPlan: fc.Arbitrary<Write[]> = fc.array(
	fc.record({
		leads: fc.integer({ min: 1, max: 6 }),
		statements: fc.integer({ min: 1, max: 3 }),
		rollsBack: fc.boolean(),
	}),
	{ minLength: 3, maxLength: 10 },
);
const readerPlan: fc.Arbitrary<Read[]> = fc.array(
	fc.record({
		limit: fc.integer({ min: 1, max: 12 }),
		outcome: fc.constantFrom<Read['outcome'][]>('acknowledge', 'acknowledge', 'part', 'crash'),
	}),
	{ minLength: 5, maxLength: 40 },
);

describe('under concurrent writers and readers that crash', () => {
	it(
		'every committed event arrives at least once, no other does, transactions in order and whole',
		{ timeout: 120_000 },
		async () => {
			await fc.assert(
				fc.asyncProperty(
					fc.array(writerPlan, { minLength: 2, maxLength: 5 }),
					fc.array(readerPlan, { minLength: 1, maxLength: 3 }),
					async (writers, readers) => {
						await acme.run((tx) =>
							openSubscription(tx, { name: NAME, eventTypes: ['lead.created'], from: 'now' }),
						);
						const committed = new Set<number>();
						const acknowledged: LmaEvent[] = [];
						let isWriting = true;
						const writing = Promise.all(writers.map((plan) => write(plan, committed))).finally(() => {
							isWriting = false;
						});
						await Promise.all(
							readers.map((plan, n) => read(`reader${n}`, plan, acknowledged, () => isWriting)),
						);
						await writing;
						await settled(owner);
						await expireLease();
						acknowledged.push(...(await readAll()));

						const ids = new Set(acknowledged.map(({ leadId }) => leadId));
						expect([...committed].filter((id) => !ids.has(id))).toEqual([]);
						const foreign = acknowledged.filter(({ leadId }) => !committed.has(leadId!));
						expect(foreign).toEqual([]);
						// What is acknowledged moves on only: the order of positions is that of commits, transaction by transaction.
						const positions = acknowledged.map(
							({ cursor }) => cursor.split(':').map(BigInt) as [bigint, bigint],
						);
						for (const [n, [transaction, id]] of positions.entries()) {
							const [before, idBefore] = positions[n - 1] ?? [0n, 0n];
							expect(transaction > before || (transaction === before && id > idBefore)).toBe(true);
						}
					},
				),
				{ numRuns: 8 },
			);
		},
	);

	async function write(plan: Write[], committed: Set<number>): Promise<void> {
		for (const { leads, statements, rollsBack } of plan) {
			const ids: number[] = [];
			await acme
				.run(async (tx) => {
					ids.length = 0;
					for (let n = 0; n < statements; n++) {
						const input = Array.from({ length: leads }, (_, i) => lead(`p${n}-${i}`));
						ids.push(...rowsOf(await createLeads(tx, input)).map(({ id }) => id));
					}
					await updateLeads(tx, [{ id: ids[0]!, company: 'C' }]);
					if (rollsBack) throw new Error('as planned');
				})
				.catch((error: unknown) => {
					if (!(error instanceof Error) || error.message !== 'as planned') throw error;
				});
			if (!rollsBack) for (const id of ids) committed.add(id);
		}
	}

	/** Acknowledged events go to `acknowledged` only when the database took the acknowledgement. */
	async function read(
		reader: string,
		plan: Read[],
		acknowledged: LmaEvent[],
		isWriting: () => boolean,
	): Promise<void> {
		for (const { limit, outcome } of plan) {
			const batch = await acme.run((tx) => claimEvents(tx, NAME, { reader, limit }));
			if (!batch || batch.events.length === 0) {
				if (!isWriting()) return;
				continue;
			}
			if (outcome === 'crash') {
				await expireLease();
				continue;
			}
			const last = outcome === 'part' ? Math.ceil(batch.events.length / 2) : batch.events.length;
			const cursor = outcome === 'part' ? batch.events[last - 1]!.cursor : batch.cursor;
			const done = await acme.run(async (tx) => {
				const moved = await acknowledgeEvents(tx, NAME, batch.epoch, cursor);
				// Under the row lock of the acknowledgement, so in its order.
				if (moved) acknowledged.push(...batch.events.slice(0, last));
				return moved;
			});
			if (!done) continue;
			if (outcome === 'part') await expireLease();
		}
	}

	async function expireLease(): Promise<void> {
		await owner`
			update lma.event_subscriptions
			set lease_until = now() - interval '1 second'
			where lease_until is not null`;
	}
});
