import fc from 'fast-check';
import type postgres from 'postgres';

import { listSecrets, literal, type Secret } from './secret';
import { Session } from './session';
import { statementFrom } from './randomStatement';
import { listTenantTables } from './tables';
import { Tape } from './tape';
import { readVocabulary, type Vocabulary } from './vocabulary';
import type { IsolationWorld, Tenant } from './world';

/** One statement of a tenant, as numbers that become choices. */
export interface Attempt {
	secret: number;
	/** As the tenant's own login, or as lma_app with the tenant chosen. */
	byLogin: boolean;
	tape: number[];
}

export const attempts = (count: number): fc.Arbitrary<Attempt[]> =>
	fc.array(
		fc.record({
			secret: fc.nat(9_999),
			byLogin: fc.boolean(),
			tape: fc.array(fc.nat(9_999), { minLength: 24, maxLength: 24 }),
		}),
		{ minLength: count, maxLength: count, size: 'max' },
	);

/** One tenant's side of a trial. */
export interface Side {
	tenant: Tenant;
	/** Values of the other organization. */
	secrets: Secret[];
	/** Any name or id of the other organization. */
	foreign: RegExp;
	words: Vocabulary;
	byLogin: Session;
	byApp: Session;
	/** Statements that ran without an error. */
	succeeded: number;
}

export async function openSide(world: IsolationWorld, tenant: Tenant, other: Tenant): Promise<Side> {
	const url = new URL(world.database.ownerUrl);
	url.username = tenant.login.user;
	url.password = tenant.login.password;
	return {
		tenant,
		foreign:
			other.id > tenant.id ? /beta|\b([1-9]05000\d\d|7500001)\b/ : /alpha|\b([1-9]00000\d\d|7000001)\b/,
		secrets: await listSecrets(world.owner, other, tenant),
		words: await readVocabulary(world.owner, tenant),
		// What a tenant login sets counts for nothing.
		byLogin: await new Session(url.toString(), `set local lma.organization_id = '${other.id}'`).open(),
		byApp: await new Session(world.database.appUrl, `select lma.use_organization('${tenant.slug}')`).open(),
		succeeded: 0,
	};
}

/**
 * Runs statements of one tenant, each about a value that the other organization has, and again about one that nobody has.
 * Returns what told the two apart, or held anything else of the other: nothing, when isolation holds. `keeps` says that what the first did is to stay.
 */
export async function findDifferences(
	side: Side,
	tries: readonly Attempt[],
	keeps: boolean,
): Promise<string[]> {
	const differences: string[] = [];
	for (const { secret: number, byLogin, tape } of tries) {
		const secret = side.secrets[number % side.secrets.length]!;
		const statement = statementFrom(new Tape(tape), side.words, secret);
		const session = byLogin || statement.isChoice ? side.byLogin : side.byApp;
		const outcomeOf = async (value: string, keep: boolean) => {
			const outcome = await session.run(statement.about(literal(secret.kind, value)), { keep });
			if (!outcome.includes('"error"')) side.succeeded++;
			const named = outcome.replaceAll(value, '«value»');
			return statement.isVolatile ? named.replaceAll(/[\da-f]*\d[\da-f.:TZ-]*/g, '«number»') : named;
		};
		const missed = await outcomeOf(secret.miss, false);
		const hit = await outcomeOf(secret.hit, keeps && statement.canKeep);
		const own = side.words.own.get(secret.column)?.[0];
		if (keeps && statement.isInsert && own !== undefined)
			await session.run(statement.about(own), { keep: true });
		if (hit !== missed || side.foreign.test(missed)) {
			const text = statement.about(literal(secret.kind, secret.hit));
			differences.push(
				`${secret.column}, ${byLogin ? 'tenant login' : 'lma_app'}: ${text}\n${hit}\n${missed}`,
			);
		}
	}
	return differences;
}

/**
 * The secrets that are none any more: the value that somebody had is gone, or somebody has the one that nobody had. Those
 * of a ledger may go: its entries are folded into totals now and then.
 */
export async function findSpent(sql: postgres.Sql, secrets: readonly Secret[]): Promise<string[]> {
	const lasting = secrets.filter(({ column }) => !/_deltas\.\w+$/.test(column));
	const checks = lasting.map(({ column, hit, miss }) => {
		const [, table, name] = /^(.*)\.(\w+)$/.exec(column) ?? [];
		return `select '${column}' as column from (values (1)) one
			where not exists (select from ${table} where ${name}::text = ${literal('text', hit)})
				or exists (select from ${table} where ${name}::text = ${literal('text', miss)})`;
	});
	const rows = await sql.unsafe<{ column: string }[]>(checks.join(' union all '));
	return rows.map(({ column }) => column);
}

/** All that there is of an organization, in every table, as one line per table. */
export async function fingerprint(sql: postgres.Sql, { id }: Tenant): Promise<string[]> {
	const tables = (await listTenantTables(sql)).filter(({ bound }) => bound === null);
	const rows = await sql.unsafe<{ line: string }[]>(
		tables
			.map(
				({ name, organizationColumn }) => `
					select '${name}: ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as line
					from ${name} t where ${organizationColumn} = ${id}`,
			)
			.join(' union all '),
	);
	return rows.map(({ line }) => line);
}
