import type postgres from 'postgres';

import { listTenantTables, type TenantTable } from './tables';
import type { IsolationWorld } from './world';

/** What a role sees of a table: rows of its own organization, and of others. */
interface Sight {
	own: number;
	foreign: number;
}

/** Says, one sentence each, what is seen or written that should not be, and what is not seen that should be. */
export type Probe = (tx: postgres.TransactionSql) => Promise<string[]>;

/**
 * A probe that looks from every role at every table and view of two organizations, in the transaction of a superuser.
 * It finds nothing when isolation holds, and leaves nothing behind but its savepoints. Writing is tried when reading
 * shows nothing wrong. Which columns a role may name is looked up once: rights are not what is probed.
 */
export async function openProbe(world: IsolationWorld): Promise<Probe> {
	const tables = await listTenantTables(world.owner, ['r', 'p', 'v']);
	const views = await Promise.all(
		viewpoints(world).map(async (view) => ({
			...view,
			tables: await readableTables(world.owner, view.role, tables),
		})),
	);
	return async (tx) => {
		const truth = await look(tx, tables, world.alpha.id);
		const problems: string[] = [];
		for (const { name, enter, sees, ...view } of views) {
			await tx.unsafe(enter);
			for (const [table, { own, foreign }] of await look(tx, view.tables, world.alpha.id)) {
				const expected = sees(truth.get(table)!);
				if (own !== expected.own)
					problems.push(`${name} sees ${own} of its ${expected.own} rows in ${table}`);
				if (foreign !== expected.foreign)
					problems.push(`${name} sees ${foreign} rows of others in ${table}, not ${expected.foreign}`);
			}
			if (view.writes && problems.length === 0) problems.push(...(await tryWrites(tx, view.tables, world)));
			await tx.unsafe('reset role; reset session authorization');
		}
		return problems;
	};
}

const all = (truth: Sight): Sight => truth;
const own = (truth: Sight): Sight => ({ own: truth.own, foreign: 0 });
const nothing = (): Sight => ({ own: 0, foreign: 0 });

interface Viewpoint {
	name: string;
	role: string;
	enter: string;
	sees: (truth: Sight) => Sight;
	writes?: boolean;
}

function viewpoints({ alpha, beta }: IsolationWorld): Viewpoint[] {
	const as = (role: string, setting: number | '') =>
		`set local role ${role}; set local lma.organization_id = '${setting}'`;
	const login = alpha.login.user;
	return [
		{ name: 'lma_owner', role: 'lma_owner', enter: as('lma_owner', ''), sees: all },
		{ name: 'lma_worker', role: 'lma_worker', enter: as('lma_worker', ''), sees: all },
		{ name: 'lma_readonly', role: 'lma_readonly', enter: as('lma_readonly', alpha.id), sees: own },
		{ name: 'lma_readonly for nobody', role: 'lma_readonly', enter: as('lma_readonly', ''), sees: nothing },
		{ name: 'lma_app for nobody', role: 'lma_app', enter: as('lma_app', ''), sees: nothing },
		{ name: 'lma_app', role: 'lma_app', enter: as('lma_app', alpha.id), sees: own, writes: true },
		{
			name: 'the tenant login',
			role: login,
			enter: `set local session authorization ${login}; set local lma.organization_id = '${beta.id}'`,
			sees: own,
			writes: true,
		},
	];
}

/** The tables whose organization the role may read. */
async function readableTables(
	sql: postgres.Sql,
	role: string,
	tables: TenantTable[],
): Promise<TenantTable[]> {
	const rows = await sql<{ name: string }[]>`
		select name
		from jsonb_to_recordset(${sql.json(tables.map(({ name, organizationColumn: column }) => ({ name, column })))})
			as t(name text, "column" text)
		where has_column_privilege(${role}, name, "column", 'select')`;
	const readable = new Set(rows.map(({ name }) => name));
	return tables.filter(({ name }) => readable.has(name));
}

async function look(
	tx: postgres.TransactionSql,
	tables: TenantTable[],
	organizationId: number,
): Promise<Map<string, Sight>> {
	const counts = tables.map(
		({ name, organizationColumn: column }) => `
			select '${name}' as name, count(*) filter (where ${column} = ${organizationId})::int as own,
				count(*) filter (where ${column} is distinct from ${organizationId})::int as foreign
			from ${name}`,
	);
	const rows = await tx.unsafe<({ name: string } & Sight)[]>(counts.join(' union all '));
	return new Map(rows.map((row) => [row.name, row]));
}

/** Tries to write the other organization's rows: to copy one under its name, to change and to delete them. */
async function tryWrites(
	tx: postgres.TransactionSql,
	tables: TenantTable[],
	{ beta }: IsolationWorld,
): Promise<string[]> {
	const problems: string[] = [];
	for (const { name, organizationColumn, columns } of tables) {
		const written = columns.filter((column) => column.canInsert).map((column) => column.name);
		const changed = columns.find((column) => column.canUpdate)?.name;
		const values = written.map((column) => (column === organizationColumn ? String(beta.id) : column));
		const attempts = [
			written.length > 0 &&
				`insert into ${name} (${written.join()}) select ${values.join()} from ${name} limit 1`,
			changed && `update ${name} set ${changed} = ${changed} where ${organizationColumn} = ${beta.id}`,
			`delete from ${name} where ${organizationColumn} = ${beta.id}`,
		];
		for (const attempt of attempts) {
			if (!attempt) continue;
			await tx.unsafe('savepoint attempt');
			const outcome = await tx.unsafe(attempt).then(
				({ count }) => count,
				// No right to, or a view that takes no writes.
				(error: unknown) => (['42501', '55000'].includes(codeOf(error)) ? 0 : codeOf(error)),
			);
			await tx.unsafe('rollback to attempt');
			if (outcome !== 0) problems.push(`it can ${attempt}: ${outcome}`);
		}
	}
	return problems;
}

function codeOf(error: unknown): string {
	return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
