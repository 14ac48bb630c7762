import type postgres from 'postgres';

import { asDatabaseError } from './error/databaseOrigin';

const ASK_AGAIN_MS = 1000;

/**
 * A connection of the pool, as soon as there is one. The driver forgets whoever waits for one while another is closed by
 * the server (3.4.9; porsager/postgres#1195), so a long wait asks again; the first to come is taken and later ones are
 * given back.
 */
export async function reserve(sql: postgres.Sql): Promise<postgres.ReservedSql> {
	const { promise, resolve, reject } = Promise.withResolvers<postgres.ReservedSql>();
	let isSettled = false;
	const ask = () => {
		sql.reserve().then(
			(connection) => {
				// Also after a failure: nobody else would ever give it back.
				if (isSettled) connection.release();
				else resolve(connection);
				isSettled = true;
			},
			(error: unknown) => {
				isSettled = true;
				// The driver marks the errors of statements alone.
				reject(asDatabaseError(error as Error));
			},
		);
	};
	ask();
	const asking = setInterval(ask, ASK_AGAIN_MS);
	try {
		return await promise;
	} finally {
		clearInterval(asking);
	}
}
