import type { ClientBase } from '../../../db/connection/pgConfig';

/** Names of columns, by table. */
export type Baseline = Record<string, string[]>;

/** What is known of an adoption that has begun. */
export interface AdoptionRecord {
	status: 'running' | 'complete';
	/** Title of the last step that was begun. */
	step: string | null;
	/** The last primary key filled, by table. */
	highWater: Record<string, unknown[]>;
	baseline: Baseline;
	platformRoles: string[];
	ignoredRoles: string[];
}

/** Null when no adoption has begun here. */
export async function readRecord(client: ClientBase): Promise<AdoptionRecord | null> {
	const exists = await client.query<{ exists: boolean }>(
		"select to_regclass('lma.adoption') is not null as exists",
	);
	if (!exists.rows[0]?.exists) return null;
	const { rows } = await client.query<AdoptionRecord>(
		`select status, step, high_water as "highWater", baseline, platform_roles as "platformRoles",
			ignored_roles as "ignoredRoles"
		from lma.adoption`,
	);
	return rows[0] ?? null;
}

/** Makes the record, or takes the roles named now into the one that is there. */
export async function beginRecord(
	client: ClientBase,
	{
		baseline,
		platformRoles,
		ignoredRoles,
	}: Pick<AdoptionRecord, 'baseline' | 'platformRoles' | 'ignoredRoles'>,
): Promise<void> {
	await client.query(`
		begin;
		set local role lma_owner;
		create schema if not exists lma;
		create table if not exists lma.adoption (
			-- There is one.
			id boolean primary key default true check (id),
			status text not null default 'running' check (status in ('running', 'complete')),
			step text,
			high_water jsonb not null default '{}',
			baseline jsonb not null,
			platform_roles text[] not null,
			ignored_roles text[] not null,
			started_at timestamptz not null default now(),
			finished_at timestamptz
		);
		comment on table lma.adoption is
			'How far lma adopt has come with a database that another program made; complete once lma migrate takes over from here.';
		commit`);
	await client.query(
		`insert into lma.adoption (baseline, platform_roles, ignored_roles)
		values ($1, $2, $3)
		on conflict (id) do update
		set platform_roles = excluded.platform_roles, ignored_roles = excluded.ignored_roles`,
		[JSON.stringify(baseline), platformRoles, ignoredRoles],
	);
}

export async function saveStep(client: ClientBase, step: string): Promise<void> {
	await client.query('update lma.adoption set step = $1', [step]);
}

/** Part of the batch's own transaction. */
export async function saveHighWater(client: ClientBase, table: string, key: unknown[]): Promise<void> {
	await client.query(
		'update lma.adoption set high_water = jsonb_set(high_water, array[$1::text], $2::jsonb)',
		[table, JSON.stringify(key)],
	);
}
