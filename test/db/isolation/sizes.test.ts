import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toLmaError } from '../../../db/connection/error/toLmaError';
import { ValidationError } from '../../../domain/error/errors';
import { listTenantTables } from './tables';
import { type IsolationWorld, openWorld } from './world';

const LIMIT = 16 * 1024 * 1024;
/** So many characters has each of them, and twelve bytes when stored. */
const NUMBER = '1e131071';
const NUMBER_LENGTH = 131_072;
const MOST_NUMBERS = Math.floor(LIMIT / (NUMBER_LENGTH + 2));

const numbers = (count: number) => `(select jsonb_agg('${NUMBER}'::jsonb) from generate_series(1, ${count}))`;

interface SizedColumn {
	table: string;
	name: string;
	isJson: boolean;
}

describe('what a tenant login writes without a length', () => {
	let world: IsolationWorld;
	let login: postgres.Sql;
	let columns: SizedColumn[];

	beforeAll(async () => {
		world = await openWorld();
		const url = new URL(world.database.ownerUrl);
		url.username = world.alpha.login.user;
		url.password = world.alpha.login.password;
		login = postgres(url.toString(), { max: 1, onnotice: () => undefined });
		const tables = await listTenantTables(world.owner);
		columns = tables.flatMap((table) =>
			table.columns
				.filter(({ type, canUpdate }) => canUpdate && (type === 'jsonb' || type === 'text'))
				.map(({ name, type }) => ({ table: table.name, name, isJson: type === 'jsonb' })),
		);
	});
	afterAll(async () => {
		await login.end();
		await world.close();
	});

	/** Writes into one row of the organization. */
	const write = (table: string, values: Record<string, string>) => {
		const list = Object.entries(values).map(([column, value]) => `${column} = ${value}`);
		return login.unsafe(
			`update ${table} set ${list.join(', ')} where ctid = (select min(ctid) from ${table})`,
		);
	};

	const refusalOf = async (writing: Promise<unknown>) =>
		writing.then(
			() => expect.unreachable(),
			(error: unknown) => error as postgres.PostgresError,
		);

	it('is refused above 16 MB, JSON as it is when written out', async () => {
		expect(columns.map(({ table, name }) => `${table}.${name}`)).toEqual(
			expect.arrayContaining(['leads.tags', 'communications.comm_metadata', 'lead_notes.content']),
		);
		for (const { table, name, isJson } of columns) {
			const value = isJson ? numbers(MOST_NUMBERS + 1) : `repeat('x', ${LIMIT + 1})`;
			const refusal = await refusalOf(write(table, { [name]: value }));
			expect(refusal, `${table}.${name}`).toMatchObject({
				code: '23514',
				constraint_name: `${table}_sizes_in_range`,
			});
		}
	}, 120_000);

	it.each([
		[
			'filter',
			`select lma.open_subscription('x', '{lead.created}', jsonb_build_object('a', ${numbers(128)}), 'now')`,
		],
		[
			'list of types',
			`select lma.open_subscription('x', array_fill('lead.created'::text, array[1500000]), '{}', 'now')`,
		],
		['reader', `select lma.claim_events('alpha reader', repeat('x', ${LIMIT + 1}), 60, 10, 10)`],
	])('is refused above 16 MB as the %s of a subscription', async (_what, statement) => {
		// Nothing is written for a reader to whom there is nothing to give yet: events wait for older transactions.
		const refusal = () => login.unsafe(statement).catch((error: unknown) => error);
		await expect.poll(refusal, { timeout: 60_000 }).toMatchObject({
			code: '23514',
			constraint_name: 'event_subscriptions_sizes_in_range',
		});
	});

	it('is refused in words that repeat nothing of it', async () => {
		const secret = (times: number) => `repeat('secret', ${times})`;
		const tooLarge = await refusalOf(write('leads', { notes: secret(3_000_000) }));
		const unwritable = await refusalOf(write('leads', { custom_fields: `to_jsonb(${secret(45_000_000)})` }));
		expect(unwritable.code).toBe('54000');
		const unmeasurable = Object.assign(new Error('invalid memory alloc request size 1073741824'), {
			code: 'XX000',
		});
		for (const refusal of [tooLarge, unwritable, unmeasurable]) {
			const error = toLmaError(refusal);
			expect(error).toBeInstanceOf(ValidationError);
			expect(error.message).toMatch(/too large to be stored/);
			expect(`${error.message} ${error.description} ${JSON.stringify(error)}`).not.toMatch(/secret/);
		}
	}, 60_000);

	it('can be dumped by everybody, with the events of its changes, when it is as large as it may be', async () => {
		// COPY doubles control characters and backslashes; the JSON of events has six letters for the former.
		const text = (character: string) => `repeat(E'\\x0${character}', ${LIMIT})`;
		const largest = (table: string, character: string, json: string) =>
			Object.fromEntries(
				columns
					.filter((column) => column.table === table)
					.map(({ name, isJson }) => [name, isJson ? json : text(character)]),
			);
		for (const table of new Set(columns.map((column) => column.table))) {
			// Its text is a key, and an index takes less.
			if (table === 'assignment_rotations') continue;
			await write(table, largest(table, '1', numbers(MOST_NUMBERS)));
		}
		// The same lead again, so that its event has the greatest values before and after.
		await world.owner`truncate activity_logs`;
		const backslashes = `to_jsonb(repeat(E'\\\\', ${(LIMIT - 2) / 2}))`;
		await login`delete from leads where notes is null`;
		await write('leads', largest('leads', '2', backslashes));
		const dumped = await world.owner<{ name: string }[]>`
			select c.oid::regclass::text as name
			from pg_class c
			where c.relkind = 'r'
				and c.relnamespace in ('public'::regnamespace, 'lma'::regnamespace)`;
		for (const { name } of dumped) await world.owner.unsafe(`copy ${name} to '/dev/null'`);
		const [event] = await world.owner`
			select
				octet_length(activity_metadata #>> '{before,notes}') as before,
				octet_length(activity_metadata #>> '{after,notes}') as after
			from activity_logs
			where activity_type = 'lead.updated'`;
		expect(event).toEqual({ before: LIMIT, after: LIMIT });
	}, 120_000);
});
