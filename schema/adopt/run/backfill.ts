import { setTimeout } from 'node:timers/promises';

import type { Client } from '../../../db/connection/pgConfig';
import { quoteName } from '../catalogue/quote';
import { saveHighWater } from './record';
import { type Patience, untilDone } from './session';
import type { Backfill } from '../plan/step';

export interface BackfillProgress {
	table: string;
	/** Rows looked at so far. */
	done: number;
	/** The planner's estimate of all. */
	total: number;
}

/** How long one transaction should take: rows of the batch are locked that long. */
const TARGET_MS = 150;
const FEWEST_ROWS = 100;
const MOST_ROWS = 10_000;

/**
 * Fills columns in ranges of the primary key, each in a transaction of its own that also records how far it is: after
 * a kill the next run goes on behind the last one. Rows that somebody holds are passed over and taken in the next
 * round, so that a batch never waits with locks of its own; the last round waits for each of them a moment.
 */
export async function runBackfill(
	client: Client,
	backfill: Backfill,
	{
		from,
		total,
		patience,
		onProgress,
	}: {
		from: unknown[] | null;
		total: number;
		patience: Patience;
		onProgress?: ((progress: BackfillProgress) => void) | undefined;
	},
): Promise<void> {
	let highWater = from;
	let size = 1_000;
	let done = 0;
	for (let round = 1; round === 1 || (await hasMore(client, backfill)); round++) {
		const isPatient = round > 2;
		for (;;) {
			const end = await endOfRange(client, backfill, highWater, isPatient ? FEWEST_ROWS : size);
			if (!end) break;
			const started = Date.now();
			const range = { from: highWater, to: end.key, isPatient };
			await untilDone(client, { title: `Fill ${backfill.table}`, table: backfill.table }, patience, () =>
				fillRange(client, backfill, range),
			);
			const took = Date.now() - started;
			size = Math.round(
				Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, size * Math.min(2, TARGET_MS / Math.max(took, 1)))),
			);
			highWater = end.key;
			done += end.rows;
			onProgress?.({ table: backfill.table, done: Math.min(done, Math.max(total, done)), total });
			// Leaves a gap for those who wait.
			await setTimeout(5);
		}
		highWater = null;
		if (round > 1) await setTimeout(200);
	}
}

async function endOfRange(
	client: Client,
	{ table, key }: Backfill,
	from: unknown[] | null,
	size: number,
): Promise<{ key: unknown[]; rows: number } | null> {
	const list = key.map(quoteName).join(', ');
	const { rows } = await client.query<{ key: unknown[]; rows: number }>(
		`with span as (
			select ${list} from ${table}
			${from ? `where (${list}) > ${tuple(from, 1)}` : ''}
			order by ${list}
			limit ${size}
		)
		select (select count(*)::int from span) as rows, json_build_array(${list}) as key
		from span
		order by ${key.map((name) => `${quoteName(name)} desc`).join(', ')}
		limit 1`,
		from ?? [],
	);
	return rows[0] ?? null;
}

async function fillRange(
	client: Client,
	backfill: Backfill,
	{ from, to, isPatient }: { from: unknown[] | null; to: unknown[]; isPatient: boolean },
): Promise<void> {
	const { table, key, columns, isSilent } = backfill;
	const list = key.map((name) => `t.${quoteName(name)}`).join(', ');
	// PostgreSQL takes a range for a good part of the table, and would read all of it for each.
	await client.query(
		`begin; set local lock_timeout = '400ms'; set local statement_timeout = 0;
		set local enable_hashjoin = off; set local enable_mergejoin = off;
		${isSilent ? 'set local session_replication_role = replica' : 'set local role lma_owner'}`,
	);
	await client.query(
		`with held as materialized (
			select ${list} from ${table} t
			where (${list}) <= ${tuple(to, 1)}
				${from ? `and (${list}) > ${tuple(from, to.length + 1)}` : ''}
				and (${columns.map(({ name }) => `t.${quoteName(name)} is null`).join(' or ')})
			order by ${list}
			for no key update${isPatient ? '' : ' skip locked'}
		), filled as (
			select ${list}, ${columns.map(({ name, expression }) => `coalesce(t.${quoteName(name)}, ${expression}) as "new ${name}"`).join(', ')}
			from ${table} t
			join held on (${key.map((name) => `held.${quoteName(name)}`).join(', ')}) = (${list})
		)
		update ${table} t
		set ${columns.map(({ name }) => `${quoteName(name)} = filled."new ${name}"`).join(', ')}
		from filled
		where (${key.map((name) => `filled.${quoteName(name)}`).join(', ')}) = (${list})
			and (${columns.map(({ name }) => `(t.${quoteName(name)} is null and filled."new ${name}" is not null)`).join(' or ')})`,
		[...to, ...(from ?? [])],
	);
	await saveHighWater(client, table, to);
	await client.query('commit');
}

/** Rows that could be filled and are not: passed over, or written while their trigger was not there yet. */
export async function hasMore(client: Client, { table, columns }: Backfill): Promise<boolean> {
	const conditions = columns.map(
		({ name, expression }) => `(t.${quoteName(name)} is null and ${expression} is not null)`,
	);
	const { rows } = await client.query<{ more: boolean }>(
		`select exists (select from ${table} t where ${conditions.join(' or ')}) as more`,
	);
	return rows[0]?.more ?? false;
}

function tuple(values: unknown[], first: number): string {
	return `(${values.map((_, index) => `$${first + index}`).join(', ')})`;
}
