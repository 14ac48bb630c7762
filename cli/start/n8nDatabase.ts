import { changeDatabaseUrl, parseDatabaseUrl } from '../../domain/database/databaseUrl';
import { ensureDatabase, ensureDatabaseOwner } from '../../schema/database';
import type { StateFolder } from './stateFolder';

/**
 * A database for n8n's own tables beside ours, named after it with `_n8n` at the end, and a login that owns it. Returns
 * its connection string. Can be repeated. Needs CREATEROLE and CREATEDB.
 */
export async function ensureN8nDatabase(ownerUrl: string, folder: StateFolder): Promise<string> {
	const database = `${parseDatabaseUrl(ownerUrl).database}_n8n`;
	const login = `${database}_${folder.secret('loginSuffix')}`;
	const password = folder.secret('n8nDatabasePassword');
	await ensureDatabaseOwner(ownerUrl, { login, password });
	await ensureDatabase(ownerUrl, database, login);
	return changeDatabaseUrl(ownerUrl, { database, user: login, password });
}
