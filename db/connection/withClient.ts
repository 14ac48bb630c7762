import { databaseLogin } from './databaseLogin';
import { asDatabaseError } from './error/databaseOrigin';
import { toLmaError } from './error/toLmaError';
import { Client, pgConfig } from './pgConfig';

/**
 * Runs `work` on one session of `url` and ends it, and with it the locks that it holds. `applicationName` is what
 * pg_stat_activity shows.
 * @throws LmaError when there is no connection, else what `work` throws, noted as of the database
 */
export async function withClient<T>(
	url: string,
	applicationName: string,
	work: (client: Client) => Promise<T>,
): Promise<T> {
	const login = databaseLogin(url);
	const client = new Client({ application_name: applicationName, ...pgConfig(login) });
	try {
		await client.connect();
	} catch (error) {
		throw toLmaError(asDatabaseError(error, login));
	}
	try {
		return await work(client);
	} catch (error) {
		throw asDatabaseError(error, login);
	} finally {
		await client.end();
	}
}
