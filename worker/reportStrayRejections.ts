import type { Outages } from './outage';

/**
 * Shows a connection that was lost while nobody waited for it as an outage: postgres.js (3.4.9) leaves such rejections
 * lying. Every other one still ends the process. Returns how to stop.
 */
export function reportStrayRejections(outages: Outages): () => void {
	const take = (error: unknown) => {
		if (!outages.isConnectionError(error)) throw error;
		outages.report('database', error);
	};
	process.on('unhandledRejection', take);
	return () => void process.off('unhandledRejection', take);
}
