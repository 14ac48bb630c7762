import type { Sql } from '../../db/connection/client';
import { type Check, countOf, duration, type Finding, orFine, type Thresholds } from './finding';

/** So many times the threshold is a problem. */
const MUCH_LONGER = 12;

interface OpenTransaction {
	object: string;
	seconds: number;
	state: string;
	/** It has written: events after it are not read before it ends, in whichever database it is. */
	holdsEvents: boolean;
	remedy: string;
}

/**
 * Transactions open for long, prepared ones and forgotten replication slots. The feed of events reads below the oldest
 * transaction that has written anything, and vacuum keeps whatever an open one may still see.
 */
export const transactions: Check = {
	name: 'open transactions',
	async run(sql: Sql, { openTransactionSeconds }: Thresholds) {
		const open = await sql<OpenTransaction[]>`
			select
				format('connection %s of %s in %s', pid, coalesce(usename, '?'), coalesce(datname, '?')) as object,
				extract(epoch from clock_timestamp() - xact_start)::float8 as seconds,
				coalesce(state, '') as state,
				backend_xid is not null as holds_events,
				format('select pg_terminate_backend(%s);', pid) as remedy
			from pg_stat_activity
			where backend_type = 'client backend'
				and pid <> pg_backend_pid()
				and xact_start < clock_timestamp() - make_interval(secs => ${openTransactionSeconds}::float8)
				and (backend_xid is not null or backend_xmin is not null and datname = current_database())
			union all
			select
				format('prepared transaction %s of %s in %s', gid, owner, database),
				extract(epoch from clock_timestamp() - prepared)::float8,
				'prepared',
				true,
				format('rollback prepared %L;', gid)
			from pg_prepared_xacts
			where prepared < clock_timestamp() - make_interval(secs => ${openTransactionSeconds}::float8)
			union all
			select
				format('replication slot %s', slot_name), 0, 'without a reader', false,
				format('select pg_drop_replication_slot(%L);', slot_name)
			from pg_replication_slots
			where not active
				and (xmin is not null or catalog_xmin is not null)
			order by 2 desc`;
		return orFine(
			open.map((transaction) => toFinding(transaction, openTransactionSeconds)),
			'transactions',
			`none has been open for more than ${duration(openTransactionSeconds)}`,
		);
	},
};

function toFinding(
	{ object, seconds, state, holdsEvents, remedy }: OpenTransaction,
	allowed: number,
): Finding {
	const since = seconds > 0 ? `open for ${duration(seconds)}, ${state}` : state;
	const effect = holdsEvents
		? 'no later event is delivered, and vacuum removes nothing newer'
		: 'vacuum removes nothing newer';
	return {
		severity: seconds > MUCH_LONGER * allowed ? 'problem' : 'warn',
		object,
		found: `${since}: ${effect}`,
		remedy,
	};
}

/** Tables in which freezing has fallen far behind: at two billion transactions PostgreSQL stops taking writes. */
export const transactionAge: Check = {
	name: 'transaction ids',
	async run(sql: Sql) {
		const tables = await sql<{ table: string; age: number; allowed: number }[]>`
			select
				c.oid::regclass::text as table,
				age(c.relfrozenxid)::float8 as age,
				least(
					current_setting('autovacuum_freeze_max_age')::float8,
					(
						select o.option_value::float8
						from pg_options_to_table(c.reloptions) as o
						where o.option_name = 'autovacuum_freeze_max_age'
					)
				) as allowed
			from pg_class c
			where c.relkind in ('r', 'm', 't')
				and c.relpersistence <> 't'
			order by age(c.relfrozenxid) desc
			limit 1000`;
		const behind = tables.filter(({ age, allowed }) => age > 1.5 * allowed).slice(0, 10);
		return orFine(
			behind.map(({ table, age, allowed }) => ({
				severity: age > 1_000_000_000 ? 'problem' : 'warn',
				object: table,
				found: `its oldest rows are ${millions(age)} transactions old; autovacuum should have frozen them at ${millions(allowed)}`,
				remedy: `vacuum (freeze) ${table};`,
			})),
			countOf(tables.length, 'table'),
			`the oldest is ${millions(tables[0]?.age ?? 0)} transactions old, of 2,000 million`,
		);
	},
};

function millions(transactions: number): string {
	return transactions < 1_000_000
		? `${(transactions / 1_000_000).toFixed(2)} million`
		: `${Math.round(transactions / 1_000_000)} million`;
}
