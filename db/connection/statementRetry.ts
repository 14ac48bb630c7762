import type postgres from 'postgres';

/** What the driver keeps on a query: whether its statement was prepared on this connection before. */
interface DriverQuery {
	prepared?: boolean;
}

/**
 * A connection whose statements fail as they fail. Left alone, the driver runs a statement again behind the ones already
 * sent when the server no longer knows it, or its plan: after the commit, outside the transaction and without its
 * organization, and two of them at once hang for ever (3.4.9; porsager/postgres#1212 tells of a commit that is sent again so). It decides by `query.prepared`, so that is
 * forgotten as soon as the statement is written.
 */
export function withoutDriverRetry<Connection extends postgres.ReservedSql>(
	connection: Connection,
): Connection {
	return new Proxy(connection, {
		apply(target, self, args: unknown[]) {
			const made: unknown = Reflect.apply(target, self, args);
			if (typeof made === 'object' && made !== null && 'handle' in made)
				forgetOnceWritten(made as DriverQuery);
			return made;
		},
	});
}

function forgetOnceWritten(query: DriverQuery): void {
	let isPrepared: boolean | undefined;
	Object.defineProperty(query, 'prepared', {
		configurable: true,
		enumerable: true,
		get: () => isPrepared,
		set: (value: boolean) => {
			isPrepared = value;
			// The driver writes the statement in the same turn, and hears of it in a later one.
			queueMicrotask(() => {
				isPrepared = false;
			});
		},
	});
}

/**
 * Whether a statement failed because its preparation is gone: 26000 behind a PgBouncer that sends transactions to other
 * server connections than the one it was prepared on (all before 1.21, and later ones with max_prepared_statements =
 * 0); 0A000 when a migration changed what it returns.
 */
export function isPreparationLost(error: object): boolean {
	if (!('code' in error)) return false;
	if (error.code === '26000') return true;
	return error.code === '0A000' && 'routine' in error && error.routine === 'RevalidateCachedQuery';
}
