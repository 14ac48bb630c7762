import { connect } from '../db/connection/client';

/** Creates a database on the server that `url` leads to, when it is not there; `owner` is a login. Can be repeated. */
export async function ensureDatabase(url: string, name: string, owner?: string): Promise<void> {
	const sql = connect(url, { max: 1 });
	try {
		const [existing] = await sql`
			select
			from pg_database
			where datname = ${name}`;
		if (existing) return;
		await sql`create database ${sql(name)} ${owner ? sql`owner ${sql(owner)}` : sql``}`;
	} finally {
		await sql.end({ timeout: 5 });
	}
}

/**
 * Creates a login that a database may be given to, or gives it the password when it is there. `password` is of letters,
 * digits, - and _ alone. Needs CREATEROLE. Can be repeated.
 */
export async function ensureDatabaseOwner(
	url: string,
	{ login, password }: { login: string; password: string },
): Promise<void> {
	if (!/^[\w-]+$/.test(password))
		throw new Error('The password has other signs than letters, digits, - and _');
	const sql = connect(url, { max: 1, applicationName: 'lma start' });
	try {
		const [existing] = await sql`
			select
			from pg_roles
			where rolname = ${login}`;
		// A utility statement takes no parameters.
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
}
