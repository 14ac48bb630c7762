import { connect } from '../../db/connection/client';
import { ensureDatabase } from './postgresServer';
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
	const sql = connect(ownerUrl, { max: 1, applicationName: 'lma start' });
	try {
		const [existing] = await sql`
			select
			from pg_roles
			where rolname = ${login}`;
		// A utility statement takes no parameters; the password is ours, of letters, digits, - and _ only.
		const verb = existing ? 'alter' : 'create';
		await sql`${sql.unsafe(verb)} role ${sql(login)} login password ${sql.unsafe(`'${password}'`)}`;
		// Only members may make somebody else the owner; a superuser needs no membership.
		const [me] = await sql<{ isSuperuser: boolean }[]>`
			select rolsuper as is_superuser
			from pg_roles
			where rolname = current_user`;
		if (!me?.isSuperuser) await sql`grant ${sql(login)} to current_user`;
	} finally {
		await sql.end({ timeout: 5 });
	}
	await ensureDatabase(ownerUrl, database, login);
	url.pathname = `/${database}`;
	url.username = login;
	url.password = password;
	return url.toString();
}
