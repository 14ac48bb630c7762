import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { expectExact, expectExactIn } from './truth';

type Tx = postgres.ISql<Record<never, never>>;

interface Step {
	operation: string;
	organization: number;
	user: number;
	size: number;
	score: number;
	status: number;
}

/** How the steps are committed: each alone, all at once, not at all, or each undone with its savepoint. */
const endings = ['each', 'together', 'rolled back', 'every other one rolled back to its savepoint'] as const;

describe('totals after any sequence of writes', () => {
	let database: TestDatabase;
	let owner: postgres.Sql;
	let organizations: number[];

	beforeAll(async () => {
		database = await createTestDatabase();
		owner = postgres(database.ownerUrl, { max: 2, onnotice: () => undefined });
	});
	afterAll(async () => {
		await owner.end();
		await database.drop();
	});

	/** A user of the organization, another one each time, or null: nobody. */
	const userOf = ({ user }: Step, organizationId: number, offset = 0) =>
		user === 0
			? owner`null::integer`
			: owner`(
				select id from users
				where organization_id = ${organizationId}
				order by id
				offset ${(user + offset) % 3} limit 1
			)`;
	const statusOf = ({ status }: Step) => owner`(enum_range(null::lead_status_enum))[${1 + status}::integer]`;
	const someLeads = ({ size, score }: Step, organizationId: number) => owner`
		select id from leads
		where organization_id = ${organizationId}
		order by hashint4(id + ${score})
		limit ${size}`;
	const someOf = (table: string, { size, score }: Step, organizationId: number) => owner`
		select id from ${owner(table)}
		where organization_id = ${organizationId}
		order by hashint8(id + ${score})
		limit ${size}`;

	const operations: Record<string, (tx: Tx, step: Step, organizationId: number) => PromiseLike<unknown>> = {
		'insert leads': (tx, step, id) => tx`
			insert into leads (email, first_name, last_name, organization_id, score, status, assigned_to_id)
			select n || '@x.test', '', '', ${id}, (${step.score} + n) % 101, ${statusOf(step)}, ${userOf(step, id)}
			from generate_series(1, ${step.size * 4}::integer) n`,
		'copy leads': async (tx, step, id) => {
			// The driver does not come back from a COPY that fails.
			if ((await tx`select from organizations where id = ${id}`).length === 0) return;
			const copy =
				await tx`copy leads (email, first_name, last_name, organization_id, score) from stdin`.writable();
			for (let n = 0; n < step.size; n++) copy.write(`c${n}@x.test\t\t\t${id}\t${step.score}\n`);
			await new Promise<void>((resolve, reject) => {
				copy.once('error', reject);
				copy.end(resolve);
			});
		},
		'insert or update leads': (tx, step, id) => tx`
			insert into leads (id, email, first_name, last_name, organization_id, score, status)
			select coalesce(known.id, nextval('leads_id_seq')::integer), 'u@x.test', '', '', ${id}, ${step.score}, ${statusOf(step)}
			from generate_series(1, ${step.size}::integer) n
			left join (select id, row_number() over (order by id) * 2 as n from leads where organization_id = ${id}) known using (n)
			on conflict (id) do update set score = excluded.score, status = excluded.status`,
		'change scores': (tx, step, id) =>
			tx`update leads set score = (score + ${step.score}) % 101 where id in (${someLeads(step, id)})`,
		'change the status': (tx, step, id) =>
			tx`update leads set status = ${statusOf(step)} where id in (${someLeads(step, id)})`,
		'give leads to somebody': (tx, step, id) =>
			tx`update leads set assigned_to_id = ${userOf(step, id)} where id in (${someLeads(step, id)})`,
		'change what is not counted': (tx, step, id) =>
			tx`update leads set company = 'x' where id in (${someLeads(step, id)})`,
		'delete leads': (tx, step, id) => tx`delete from leads where id in (${someLeads(step, id)})`,
		'log communications': (tx, step, id) => tx`
			insert into communications (lead_id, user_id, communication_type, direction)
			select l.id, ${userOf(step, id)}, 'call', 'outbound'
			from (${someLeads(step, id)}) l, generate_series(1, 3)`,
		'give communications to somebody': (tx, step, id) => tx`
			update communications set user_id = ${userOf(step, id, 1)}
			where id in (${someOf('communications', step, id)})`,
		'lease communications': (tx, step, id) => tx`
			update communications set dispatch_at = now(), dispatch_epoch = dispatch_epoch + 1
			where id in (${someOf('communications', step, id)})`,
		'delete communications': (tx, step, id) =>
			tx`delete from communications where id in (${someOf('communications', step, id)})`,
		'write notes': (tx, step, id) => tx`
			insert into lead_notes (lead_id, user_id, content)
			select l.id, ${userOf(step, id)}, 'x'
			from (${someLeads(step, id)}) l, generate_series(1, 2)`,
		'merge notes': (tx, step, id) => tx`
			merge into lead_notes n
			using (${someOf('lead_notes', step, id)}) chosen on n.id = chosen.id
			when matched and n.id % 2 = 0 then delete
			when matched then update set user_id = ${userOf(step, id, 1)}`,
		'delete a user': async (tx, step, id) => {
			await tx`update leads set assigned_to_id = null where assigned_to_id = ${userOf(step, id)}`;
			await tx`delete from users where id = ${userOf(step, id)}`;
		},
		'add a user': (tx, _step, id) => tx`
			insert into users (email, username, first_name, last_name, hashed_password, organization_id)
			select gen_random_uuid(), gen_random_uuid(), '', '', '!', ${id}`,
		'delete an organization in one statement': (tx, _step, id) => tx`
			with gone as (delete from leads where organization_id = ${id}), people as (
				delete from users where organization_id = ${id}
			)
			delete from organizations where id = ${id}`,
		'truncate notes': (tx) => tx`truncate lead_notes`,
		'truncate leads': (tx, step) =>
			step.size > 12 ? tx`truncate leads cascade` : tx`truncate communications cascade`,
		fold: (tx, step, id) => tx`select lma.fold_totals(${step.size % 2 ? id : null}::integer)`,
	};

	const steps = fc.array(
		fc.record<Step>({
			operation: fc.constantFrom(...Object.keys(operations)),
			organization: fc.nat(1),
			user: fc.nat(3),
			size: fc.integer({ min: 1, max: 15 }),
			score: fc.nat(100),
			status: fc.nat(6),
		}),
		{ minLength: 3, maxLength: 12 },
	);

	const perform = (tx: Tx, step: Step) =>
		operations[step.operation]!(tx, step, organizations[step.organization]!);

	async function freshOrganizations(): Promise<number[]> {
		await owner`truncate organizations cascade`;
		await expectExact(owner);
		const slugs = [crypto.randomUUID(), crypto.randomUUID()];
		return Promise.all(
			slugs.map(async (slug) => (await seedOrganization(database.ownerUrl, slug, { users: 3 })).id),
		);
	}

	it('equal what is there', async () => {
		const done = new Map<string, number>();
		await fc.assert(
			fc.asyncProperty(steps, fc.constantFrom(...endings), async (sequence, ending) => {
				organizations = await freshOrganizations();
				for (const operation of ['insert leads', 'log communications', 'write notes'])
					await perform(owner, { operation, organization: 0, user: 1, size: 5, score: 50, status: 2 });
				for (const { operation } of sequence) done.set(operation, (done.get(operation) ?? 0) + 1);
				if (ending === 'each') {
					for (const step of sequence) {
						await Promise.resolve(perform(owner, step)).catch(expectUndone);
						await expectExact(owner);
					}
					return;
				}
				await owner
					.begin(async (tx) => {
						for (const [n, step] of sequence.entries()) {
							await tx
								.savepoint(async (inner) => {
									await perform(inner, step);
									await expectExactIn(inner);
									if (ending.startsWith('every other') && n % 2) throw new Error('undo');
								})
								.catch(expectUndone);
							await expectExactIn(tx);
						}
						if (ending === 'rolled back') throw new Error('undo');
					})
					.catch(expectUndone);
				await expectExact(owner);
			}),
			{ numRuns: 40, endOnFailure: true },
		);
		expect([...done.keys()].sort()).toEqual(Object.keys(operations).sort());
	}, 240_000);
});

/** By the test, or by the foreign key to an organization that an earlier step has deleted. */
function expectUndone(error: unknown): void {
	const { message, code } = error as { message: string; code?: string };
	if (message !== 'undo' && code !== '23503') throw error;
}
