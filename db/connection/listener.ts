import { setTimeout as sleep } from 'node:timers/promises';

import { backOffMs } from '../../domain/backOff';
import type { DatabaseLogin } from './databaseLogin';
import { Client, pgConfig } from './pgConfig';

const CONNECT_MS = 10_000;
const PAUSE = { firstMs: 500, longestMs: 30_000 };
/** How often the connection is tried, and how long it may take to answer before it counts as dead. */
const HEARTBEAT_MS = 10_000;
const ANSWER_MS = 5000;
/** Until a pooler in between is looked at again: somebody may have taken it out. */
const POOLER_MS = 10 * 60_000;

export interface ListenerOptions {
	login: DatabaseLogin | string;
	/** Shown in pg_stat_activity. */
	applicationName: string;
	/** Asked for after each connecting. */
	channels(): Promise<readonly string[]>;
	/** Something was notified on this channel; or on none: the connection is there again, and anything may have been. */
	onCall(channel?: string): void;
	/** It cannot listen. Once, until it listens again; a connection that only has to be made anew is no reason. */
	onDeaf?(error: unknown): void;
	/** A pooler in between is known to keep one server connection for each of ours. */
	keepsSession?: boolean;
}

/** Hears the notifications of some channels, on one connection that it makes anew whenever it dies. */
export interface Listener {
	/** Whether notifications arrive as far as anybody can know: a heartbeat was answered seconds ago. */
	readonly isListening: boolean;
	/** Resolves when the connection is closed. */
	stop(): Promise<void>;
}

/**
 * Starts to listen, now and for ever, and never throws. By `pg`, which says when a connection dies; the `listen` of
 * postgres.js (3.4.9) tells nobody of its connection, and tries no line that goes silent (not reported upstream). Such a line
 * is found by a heartbeat. Behind PgBouncer nothing is listened to unless it `keepsSession`: in transaction mode `LISTEN`
 * would go to a connection that the next client gets.
 */
export function startListener(options: ListenerOptions): Listener {
	const stopping = new AbortController();
	let isListening = false;
	let isDeaf = false;
	let client: Client | undefined;

	async function listenOnce(): Promise<'pooler' | 'lost'> {
		const opened = new Client({
			...pgConfig(options.login),
			application_name: options.applicationName,
			connectionTimeoutMillis: CONNECT_MS,
			query_timeout: ANSWER_MS,
			keepAlive: true,
		});
		client = opened;
		const lost = new Promise<never>((_resolve, reject) => {
			opened.on('error', reject);
			opened.on('end', () => reject(Object.assign(new Error('it has ended'), { code: 'CONNECTION_CLOSED' })));
		});
		// Ended while it connects, the client never settles what it has promised.
		return await Promise.race([lost, listenOn(opened)]);
	}

	async function listenOn(opened: Client): Promise<'pooler' | 'lost'> {
		await opened.connect();
		if (!options.keepsSession && (await isPooled(opened))) return 'pooler';
		opened.on('notification', ({ channel }) => options.onCall(channel));
		const channels = await options.channels();
		await opened.query(channels.map((name) => `listen ${opened.escapeIdentifier(name)}`).join('; '));
		isListening = true;
		isDeaf = false;
		options.onCall();
		await beat(opened, stopping.signal);
		return 'lost';
	}

	/** What ends while it listens can be made anew; what fails before that cannot. */
	function unheard(error: unknown): 'lost' {
		if (!isListening && !isDeaf && !stopping.signal.aborted) {
			isDeaf = true;
			options.onDeaf?.(error);
		}
		return 'lost';
	}

	async function run(): Promise<void> {
		let failures = 0;
		while (!stopping.signal.aborted) {
			const begun = Date.now();
			const outcome = await listenOnce().catch(unheard);
			isListening = false;
			hangUp(client);
			client = undefined;
			failures = Date.now() - begun > HEARTBEAT_MS ? 1 : failures + 1;
			const pauseMs =
				outcome === 'pooler' ? POOLER_MS : backOffMs({ failures, ...PAUSE, random: Math.random() });
			await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
		}
	}

	const running = run();
	return {
		get isListening() {
			return isListening;
		},
		async stop() {
			stopping.abort();
			hangUp(client);
			await running;
		},
	};
}

/** Resolves when it is told to stop, rejects when the server does not answer. */
async function beat(client: Client, signal: AbortSignal): Promise<void> {
	const isOver = () => signal.aborted;
	while (!isOver()) {
		await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
		if (!isOver()) await client.query('select 1');
	}
}

/** A pooler announces another process than the one that answers. */
async function isPooled(client: Client): Promise<boolean> {
	const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
	return rows[0]?.pid !== (client as Client & { processID: number | null }).processID;
}

/** Closes the socket at once: a server that has gone silent never says goodbye. */
function hangUp(client: Client | undefined): void {
	if (!client) return;
	client.end().catch(() => undefined);
	const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } };
	connection?.stream?.destroy();
}
