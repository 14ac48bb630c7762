import type { Sql } from '../../db/connection/client';
import { LmaError } from '../../domain/error/errors';
import { QUEUE_SCHEMA } from './migrateQueues';
import { listMigrations } from './files';
import { findRecordProblem } from './obstacle';

/**
 * Whether the database has the schema this worker was built for. Null when it has; an error to show when not. Where
 * the worker may not read which migrations ran, only the tables are looked for.
 * @throws what the driver throws when the database cannot be reached.
 */
export async function checkSchema(sql: Sql): Promise<LmaError | null> {
	const [state] = await sql<{ present: boolean; readable: boolean | null }[]>`
		select to_regclass('public.communication_attempts') is not null as present,
			has_table_privilege(to_regclass('lma.migrations'), 'select') as readable`;
	if (!state?.present) return outdated('The LMA schema is missing');
	if (!state.readable) return null;
	const record = await sql<{ name: string }[]>`
		select name
		from lma.migrations
		order by id`;
	const applied = record.map(({ name }) => name);
	const files = listMigrations();
	const missing = files.at(-1);
	return (
		findRecordProblem(applied, files) ??
		(missing && !applied.includes(missing)
			? outdated(`The LMA schema is out of date: migration ${missing} has not run`)
			: null)
	);
}

/** The same for the tables of the queue, when the queue lives in PostgreSQL. */
export async function checkQueueSchema(sql: Sql): Promise<LmaError | null> {
	const [state] = await sql<{ present: boolean }[]>`
		select exists (
			select
			from pg_namespace n
			join pg_class c on c.relnamespace = n.oid and c.relname = 'job'
			where n.nspname = ${QUEUE_SCHEMA}
				and has_schema_privilege(n.oid, 'usage')
		) as present`;
	return state?.present ? null : outdated('The queue tables are missing, and REDIS_URL is not set');
}

function outdated(message: string): LmaError {
	return new LmaError('SCHEMA_MISSING', message, 'Run `lma migrate` on this database.');
}
