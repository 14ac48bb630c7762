import { ensureDatabase, ensureDatabaseOwner } from '../../schema/database';
import type { StateFolder } from './stateFolder';

/**
 * A database for n8n's own tables beside ours, named after it with `_n8n` at the end, and a login that owns it. Returns
 * its connection string. Can be repeated. Needs CREATEROLE and CREATEDB.
 */
export async function ensureN8nDatabase(ownerUrl: string, folder: StateFolder): Promise<string> {
	const url = new URL(ownerUrl);
	const database = `${decodeURIComponent(url.pathname.slice(1))}_n8n`;
	const login = `${database}_${folder.secret('loginSuffix')}`;
	const password = folder.secret('n8nDatabasePassword');
	await ensureDatabaseOwner(ownerUrl, { login, password });
	await ensureDatabase(ownerUrl, database, login);
	url.pathname = `/${database}`;
	url.username = login;
	url.password = password;
	return url.toString();
}
