/** The same server and login, another database. */
export function withDatabase(url: string, database: string): string {
	const changed = new URL(url);
	changed.pathname = `/${database}`;
	return changed.toString();
}

/** The same server and database, another login. */
export function withLogin(url: string, user: string, password: string): string {
	const changed = new URL(url);
	changed.username = user;
	changed.password = password;
	return changed.toString();
}
