import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

import { backOffMs } from '../../domain/backOff';
import { type DatabaseLogin, tlsOptions } from './client';

const CONNECT_MS = 10_000;
const PAUSE = { firstMs: 500, longestMs: 30_000 };
/** How often the connection is tried, and how long it may take to answer before it counts as dead. */
const HEARTBEAT_MS = 10_000;
const ANSWER_MS = 5000;
/** Until a pooler in between is looked at again: somebody may have taken it out. */
const POOLER_MS = 10 * 60_000;

export interface ListenerOptions {
	login: DatabaseLogin;
	/** Asked for after each connecting. */
	channel(): Promise<string>;
	/** Something was notified, or the connection is there again and something may have been meanwhile. */
	onCall(): void;
}

/** Hears the notifications of one channel, on one connection that it makes anew whenever it dies. */
export interface Listener {
	/** Whether notifications arrive as far as anybody can know: a heartbeat was answered seconds ago. */
	readonly isListening: boolean;
	/** Resolves when the connection is closed. */
	stop(): Promise<void>;
}

/**
 * Starts to listen, now and for ever, and never throws. By `pg`, which says when a connection dies; postgres.js would
 * leave that to guesswork. A line that goes silent is found by a heartbeat. Behind PgBouncer nothing is listened to: in
 * transaction mode `LISTEN` would go to a connection that the next client gets.
 */
export function startListener(options: ListenerOptions): Listener {
	const stopping = new AbortController();
	let isListening = false;
	let client: pg.Client | undefined;

	async function listenOnce(): Promise<'pooler' | 'lost'> {
		const opened = new pg.Client(clientConfig(options.login));
		client = opened;
		const lost = new Promise<'lost'>((resolve) => {
			opened.on('error', () => resolve('lost'));
			opened.on('end', () => resolve('lost'));
		});
		// Ended while it connects, the client never settles what it has promised.
		return await Promise.race([lost, listenOn(opened)]);
	}

	async function listenOn(opened: pg.Client): Promise<'pooler' | 'lost'> {
		await opened.connect();
		if (await isPooled(opened)) return 'pooler';
		opened.on('notification', () => options.onCall());
		await opened.query(`listen ${opened.escapeIdentifier(await options.channel())}`);
		isListening = true;
		options.onCall();
		await beat(opened, stopping.signal);
		return 'lost';
	}

	async function run(): Promise<void> {
		let failures = 0;
		while (!stopping.signal.aborted) {
			const begun = Date.now();
			const outcome = await listenOnce().catch(() => 'lost' as const);
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
async function beat(client: pg.Client, signal: AbortSignal): Promise<void> {
	const isOver = () => signal.aborted;
	while (!isOver()) {
		await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
		if (!isOver()) await client.query('select 1');
	}
}

/** A pooler announces another process than the one that answers. */
async function isPooled(client: pg.Client): Promise<boolean> {
	const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
	return rows[0]?.pid !== (client as pg.Client & { processID: number | null }).processID;
}

/** Closes the socket at once: a server that has gone silent never says goodbye. */
function hangUp(client: pg.Client | undefined): void {
	if (!client) return;
	client.end().catch(() => undefined);
	const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } };
	connection?.stream?.destroy();
}

function clientConfig(login: DatabaseLogin): pg.ClientConfig {
	return {
		host: login.host,
		port: login.port,
		database: login.database,
		user: login.user,
		password: login.password,
		ssl: tlsOptions(login),
		application_name: 'n8n-nodes-lma listener',
		connectionTimeoutMillis: CONNECT_MS,
		query_timeout: ANSWER_MS,
		keepAlive: true,
	};
}
