import { LmaError } from '../../domain/error/errors';
import type { Sql } from './client';

/**
 * The NOTIFY channel that wakes workers: `dispatch`, when something is scheduled; `workflows`, when n8n
 * should be looked at. Its name is chosen by chance for every
 * database, since any login of a server may listen to a name it knows. For logins in lma_worker; throws when the
 * schema is older than that.
 */
export async function getWorkerChannel(sql: Sql, name: 'dispatch' | 'workflows'): Promise<string> {
	const [found] = await sql<{ channel: string }[]>`
		select channel
		from lma.worker_channels
		where name = ${name}`;
	if (found) return found.channel;
	throw new LmaError(
		'CHANNEL_NOT_FOUND',
		`The channel ${name} is not in lma.worker_channels`,
		`Add it again: insert into lma.worker_channels (name) values ('${name}').`,
	);
}
