import { getWorkerChannel } from '../db/connection/channel';
import type { Pool } from '../db/connection/client';
import { startListener } from '../db/connection/listener';
import { within } from '../db/connection/timeLimit';
import type { WorkerConfig } from './config';
import type { Log } from './log';

const CALLS = ['dispatch', 'workflows'] as const;
type Call = (typeof CALLS)[number];

/** By what PostgreSQL calls workers when something is scheduled or asked for. */
export interface Calls {
	/**
	 * Calls `look` when there may be something new: at a call, and when calls may have been lost because nobody listened.
	 * Returns how to stop.
	 */
	on(call: Call, look: () => void): () => void;
	/** Resolves when the connection is closed. */
	stop(): Promise<void>;
}

const ANSWER_MS = 10_000;

/** Listens for all parts on one connection, which is made anew whenever it dies. */
export function listenForCalls({
	sql,
	config,
	log,
}: {
	sql: Pool;
	config: Pick<WorkerConfig, 'databaseUrl'>;
	log: Log;
}): Calls {
	const looks: Record<Call, Set<() => void>> = { dispatch: new Set(), workflows: new Set() };
	const callOf = new Map<string, Call>();
	const listener = startListener({
		login: config.databaseUrl,
		applicationName: 'lma-worker-listener',
		// As DATABASE_URL has to lead.
		keepsSession: true,
		async channels() {
			for (const call of CALLS) callOf.set(await within(ANSWER_MS, getWorkerChannel(sql, call)), call);
			return [...callOf.keys()];
		},
		onCall(channel) {
			const call = channel === undefined ? undefined : callOf.get(channel);
			for (const called of call ? [call] : CALLS) for (const look of looks[called]) look();
		},
		onDeaf(error) {
			log.warn(
				{ err: error },
				'not listening for what is scheduled or asked for; looking every few seconds instead',
			);
		},
	});
	return {
		on(call, look) {
			looks[call].add(look);
			return () => void looks[call].delete(look);
		},
		stop: () => listener.stop(),
	};
}
