import { connect, type Pool } from '../db/connection/client';
import { type DatabaseLogin, databaseLogin } from '../db/connection/databaseLogin';
import { requireAnswer } from '../db/connection/firstAnswer';
import { Reports } from '../db/report/replica/reports';
import { loadReplica } from '../db/report/replica/environment';
import { DATABASE_URL_EXAMPLE, parseDatabaseUrl } from '../domain/database/databaseUrl';
import { readVariable } from './machine/variable';
import { CommandFailedError } from './terminal/failure';
import type { Terminal } from './terminal/terminal';

const roleRefusal =
	'Database: this login may not act as lma_app, as the nodes do. Set DATABASE_OWNER_URL to the login that ran `lma migrate`; ' +
	'if it is that one, let whoever made the roles run `grant lma_app to …`.';
const refusal =
	'Database: this login may not do that. Set DATABASE_OWNER_URL to the login that ran `lma migrate`.';

/**
 * The connection string of whoever owns the schema: DATABASE_OWNER_URL, else DATABASE_URL.
 * @throws CommandFailedError when neither is set, LmaError when it is no PostgreSQL URL.
 */
export function ownerUrl({ env }: Terminal): string {
	const name = readVariable(env, 'DATABASE_OWNER_URL') ? 'DATABASE_OWNER_URL' : 'DATABASE_URL';
	const url = readVariable(env, name);
	if (!url) {
		throw new CommandFailedError(
			`Neither DATABASE_OWNER_URL nor DATABASE_URL is set. Set one, such as ${DATABASE_URL_EXAMPLE}; "lma start" says how for its database.`,
		);
	}
	parseDatabaseUrl(url, name);
	return url;
}

/** Runs `work` on a small pool of the owner and closes it. */
export function withOwner<T>(terminal: Terminal, work: (sql: Pool) => Promise<T>): Promise<T> {
	return withPool(ownerUrl(terminal), work);
}

/**
 * Runs `work` as `lma_app`, as the nodes do: row security decides what it sees, even when the connection string
 * belongs to a superuser.
 */
export function withApplication<T>(terminal: Terminal, work: (sql: Pool) => Promise<T>): Promise<T> {
	return withPool(asApplication(ownerUrl(terminal)), work);
}

/** Runs `work` as `lma_app` on DATABASE_REPLICA_URL while that is fresh, else on the primary. */
export function withReports<T>(terminal: Terminal, work: (reports: Reports) => Promise<T>): Promise<T> {
	const { replicaUrl, maxLagMs } = loadReplica(terminal.env, ownerUrl(terminal));
	return withApplication(terminal, async (primary) => {
		const reports = new Reports({
			primary,
			maxLagMs,
			...(replicaUrl && { replicaUrl: asApplication(replicaUrl) }),
		});
		try {
			return await work(reports);
		} finally {
			await reports.close();
		}
	});
}

function asApplication(url: string): DatabaseLogin {
	const login = databaseLogin(url);
	return { ...login, settings: { ...login.settings, role: 'lma_app' } };
}

async function withPool<T>(login: DatabaseLogin | string, work: (sql: Pool) => Promise<T>): Promise<T> {
	const sql = connect(login, { max: 2, applicationName: 'lma cli' });
	try {
		await requireAnswer(sql);
		return await work(sql);
	} catch (error) {
		if (!isRefused(error)) throw error;
		const isOfRole =
			error instanceof Error && error.message.includes('permission denied to set role "lma_app"');
		throw new CommandFailedError(isOfRole ? roleRefusal : refusal, false, { cause: error });
	} finally {
		await sql.end({ timeout: 5 });
	}
}

function isRefused(error: unknown): boolean {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	return code === '42501' || code === 'DATABASE_PERMISSION_DENIED';
}
