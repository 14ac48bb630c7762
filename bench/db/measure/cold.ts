import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type postgres from 'postgres';

import type { NamedQuery } from '../query/query';
import type { Values } from '../query/values';
import type { Session } from './session';
import { timed } from './warm';

/** Files with lower numbers are the catalogue's, which any server has in memory. */
const FIRST_NORMAL_FILE = 16_384;

/** Makes the server and the operating system forget the pages of one database. */
export type Forget = () => Promise<void>;

/**
 * How to forget the pages of the connected database, or null where that cannot be done: PostgreSQL older than 18, files
 * on another machine, no GNU dd. `sql` is a superuser's.
 */
export async function prepareForgetting(
	sql: postgres.Sql,
	dataDirectory: string | undefined,
): Promise<Forget | null> {
	if (dataDirectory === undefined || !canDropPages(join(dataDirectory, 'PG_VERSION'))) return null;
	await sql`create extension if not exists pg_buffercache schema bench`;
	const [found] = await sql<{ evicts: boolean; oid: number }[]>`
		select to_regprocedure('bench.pg_buffercache_evict_all()') is not null as evicts, oid::int
		from pg_database
		where datname = current_database()`;
	if (!found?.evicts) return null;
	const folder = join(dataDirectory, 'base', String(found.oid));
	return async () => {
		await sql`select bench.pg_buffercache_evict_all()`;
		const files = readdirSync(folder).filter((file) => Number.parseInt(file, 10) >= FIRST_NORMAL_FILE);
		dropPages(files.map((file) => join(folder, file)));
	};
}

/** Times the first execution after forgetting, `samples` times, each with other values. Milliseconds. */
export async function measureCold(
	query: NamedQuery,
	session: Session,
	values: Values,
	forget: Forget,
	samples: number,
): Promise<number[]> {
	const taken: number[] = [];
	for (let sample = 0; sample < samples; sample++) {
		await forget();
		// What every transaction needs is there again; what the query needs is not.
		await session.empty();
		taken.push(await timed(() => session.run(query, values, sample * 17 + 5)));
	}
	return taken;
}

function canDropPages(file: string): boolean {
	return spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0']).status === 0;
}

/** `posix_fadvise(POSIX_FADV_DONTNEED)` by way of dd: other programs keep what they have in memory. */
function dropPages(files: string[]): void {
	const script = 'for file; do dd if="$file" iflag=nocache count=0 status=none; done';
	spawnSync('sh', ['-c', script, 'sh', ...files]);
}
