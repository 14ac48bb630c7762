/** The statement by which postgres.js learns the array types of a server, on each new connection. */
const ARRAY_TYPES = 'select b.oid, b.typarray';

/** Whom to tell of what is taken, one entry a holder. */
const holders: { onLost?: OnLost }[] = [];

type OnLost = (error: unknown) => void;

/**
 * Takes what postgres.js leaves lying (3.4.9; porsager/postgres#1192): on each new connection it asks for the array types in a promise that
 * nobody holds, and a connection cut at that moment would end the process. That one rejection is taken, by its statement,
 * and given to `onLost`; every other has the effect that it would have without this. Returns how to stop. May be called by
 * many at once.
 */
export function takeStrayRejections(onLost?: OnLost): () => void {
	if (holders.length === 0) process.on('unhandledRejection', take);
	const holder = { onLost };
	holders.push(holder);
	return () => {
		const at = holders.indexOf(holder);
		if (at === -1) return;
		holders.splice(at, 1);
		if (holders.length === 0) process.off('unhandledRejection', take);
	};
}

/** Whether an error is the one that the driver leaves lying. */
function isStray(error: unknown): boolean {
	return (
		typeof error === 'object' &&
		error !== null &&
		'query' in error &&
		String(error.query).includes(ARRAY_TYPES)
	);
}

function take(error: unknown): void {
	if (isStray(error)) {
		for (const { onLost } of holders) onLost?.(error);
		return;
	}
	// Node would have thrown it, had nobody listened.
	if (process.listenerCount('unhandledRejection') === 1) throw error;
}
