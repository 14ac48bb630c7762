import type { Outages } from './outage';

/**
 * Takes what postgres.js (3.4.9) leaves lying: on each new connection it asks for the array types in a promise that
 * nobody holds, and a connection cut at that moment would end the process. Only failures of a connection are taken;
 * everything else still ends it. Returns how to stop.
 */
export function takeStrayRejections(outages: Outages): () => void {
	const take = (error: unknown) => {
		if (!outages.isConnectionError(error)) throw error;
		outages.report('database', error);
	};
	process.on('unhandledRejection', take);
	return () => void process.off('unhandledRejection', take);
}
