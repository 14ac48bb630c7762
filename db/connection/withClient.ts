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
	const client = new Client({ ...pgConfig(url), application_name: applicationName });
	try {
		await client.connect();
	} catch (error) {
		throw toLmaError(asDatabaseError(error));
	}
	try {
		return await work(client);
	} catch (error) {
		throw asDatabaseError(error);
	} finally {
		await client.end();
	}
}
