/** The statement by which postgres.js learns the array types of a server, on each new connection. */
const ARRAY_TYPES = 'select b.oid, b.typarray';

let holders = 0;

/**
 * Takes what postgres.js leaves lying (3.4.9; porsager/postgres#1192): on each new connection it asks for the array types in a promise that
 * nobody holds, and a connection cut at that moment would end the process. That one rejection is taken, by its statement;
 * every other has the effect that it would have without this. Returns how to stop. May be called by many at once.
 */
export function takeStrayRejections(): () => void {
	if (holders === 0) process.on('unhandledRejection', take);
	holders += 1;
	let isHeld = true;
	return () => {
		if (!isHeld) return;
		isHeld = false;
		holders -= 1;
		if (holders === 0) process.off('unhandledRejection', take);
	};
}

function take(error: unknown): void {
	if (
		typeof error === 'object' &&
		error !== null &&
		'query' in error &&
		String(error.query).includes(ARRAY_TYPES)
	)
		return;
	// Node would have thrown it, had nobody listened.
	if (process.listenerCount('unhandledRejection') === 1) throw error;
}
