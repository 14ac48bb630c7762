import { LmaError } from '../../domain/error/errors';
import type { Sql } from '../connection/client';

/** Notes that a worker runs with the encryption key of this id. Can be repeated. Runs as the worker. */
export async function recordWorkerKey(sql: Sql, keyId: string): Promise<void> {
	await sql`
		insert into lma.worker_keys (key_id)
		values (${keyId})
		on conflict (key_id) do update
		set seen_at = now()`;
}

/**
 * What speaks against saving secrets with the encryption key of this id: workers run with another one, or, where none has run
 * yet, every secret that is there was saved with another one. Null when nothing does. Runs as the owner.
 */
export async function findKeyMismatch(sql: Sql, keyId: string): Promise<LmaError | null> {
	const [seen] = await sql<{ workerKeyId: string | null; secretKeyIds: string[] }[]>`
		select
			(select key_id from lma.worker_keys order by seen_at desc limit 1) as worker_key_id,
			coalesce(
				(select array_agg(distinct secret_key_id) from integrations where secret_key_id is not null),
				'{}') as secret_key_ids`;
	const { workerKeyId = null, secretKeyIds = [] } = seen ?? {};
	if (workerKeyId === keyId) return null;
	if (workerKeyId !== null) return mismatch(`the worker runs with key ${workerKeyId}`, keyId);
	if (secretKeyIds.length === 0 || secretKeyIds.includes(keyId)) return null;
	return mismatch(`the secrets that are there were saved with key ${secretKeyIds.join(', ')}`, keyId);
}

function mismatch(what: string, keyId: string): LmaError {
	return new LmaError(
		'ENCRYPTION_KEY_DIFFERS',
		`LMA_ENCRYPTION_KEY is key ${keyId}, but ${what}, which could not read the secret`,
		'Set LMA_ENCRYPTION_KEY to the key of the worker.',
	);
}
