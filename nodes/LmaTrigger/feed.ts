import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';

import { connect, type Pool, type Sql } from '../../db/connection/client';
import { type Listener, startListener } from '../../db/connection/listener';
import { inOrganization } from '../../db/connection/tenancy';
import { atMost } from '../../db/connection/timeLimit';
import { eventChannel } from '../../db/subscription/subscription';
import { ConnectionError } from '../../domain/error/errors';
import type { LmaCredential } from '../credential/connection';

/** Statements of all triggers of a credential at the same time, and so the connections that they need. */
const MAX_CONNECTIONS = 2;
const CONNECT_TIMEOUT_SECONDS = 10;
/** Longer than any statement of a trigger takes: the connection is dead, and nobody has said so. */
const ANSWER_MS = 20_000;
/** Until a process that has no event for its triggers looks again by itself. */
const LOOK_MS = { listening: 10_000, deaf: 3000 };
/** Looks of one trigger at calls follow one another no faster; many triggers share the rate. */
const CALL_MS = 10;

/** What all triggers of one credential share in this process: a few connections of their own, and one that listens. */
export interface Feed {
	/** Whether notifications arrive. */
	readonly isListening: boolean;
	/** Without a call, look this often. */
	readonly lookEveryMs: number;
	/** However often called, look no more often than this. */
	readonly lookApartMs: number;
	/**
	 * Runs `work` in the organization, in a transaction of its own. Fails with ConnectionError when there is no answer
	 * within 20 seconds; the connections are then given up, and new ones made.
	 */
	run<T>(work: (tx: Sql) => PromiseLike<T>): Promise<T>;
	/** Calls `listener` whenever there may be new events. Returns how to stop. */
	onCall(listener: () => void): () => void;
}

interface OpenFeed extends Feed {
	holders: number;
	close(): Promise<void>;
}

const feeds = new Map<string, OpenFeed>();

/**
 * The feed of this credential, opened with its first holder and closed with its last. A changed credential has another
 * feed. `release` may be called again, to no effect.
 */
export function holdFeed(credential: LmaCredential): { feed: Feed; release: () => Promise<void> } {
	const key = JSON.stringify(credential);
	const feed = feeds.get(key) ?? openFeed(credential);
	feeds.set(key, feed);
	feed.holders += 1;
	let isHeld = true;
	return {
		feed,
		async release() {
			if (!isHeld) return;
			isHeld = false;
			feed.holders -= 1;
			if (feed.holders > 0) return;
			feeds.delete(key);
			await feed.close();
		},
	};
}

/**
 * A feed has connections apart from those of executions: a bulk write that takes them all must not keep events waiting,
 * and those of a silent network can be cut without cutting an execution.
 */
function openFeed(credential: LmaCredential): OpenFeed {
	const calls = new Set<() => void>();
	const limit = pLimit(MAX_CONNECTIONS);
	let sql = openSql(credential);
	let isClosed = false;

	async function run<T>(work: (tx: Sql) => PromiseLike<T>): Promise<T> {
		return await limit(async () => {
			// The driver never gives a connection of a closed pool, and never says so (3.4.9; not reported upstream).
			if (isClosed) throw new ConnectionError('FEED_CLOSED', 'The connection was closed', 'Try again.');
			const used = sql;
			return await answered(inOrganization(used, credential.organization, work), () => {
				if (sql === used) sql = openSql(credential);
				void used.end({ timeout: 0 });
			});
		});
	}

	const listener: Listener = startListener({
		login: credential,
		applicationName: 'n8n-nodes-lma listener',
		channels: async () => [await run((tx) => eventChannel(tx))],
		onCall: () => {
			for (const call of calls) call();
		},
	});

	return {
		holders: 0,
		get isListening() {
			return listener.isListening;
		},
		get lookEveryMs() {
			return listener.isListening ? LOOK_MS.listening : LOOK_MS.deaf;
		},
		get lookApartMs() {
			return calls.size * CALL_MS;
		},
		run,
		onCall(listen) {
			// The same function of two triggers are two listeners.
			const call = () => listen();
			calls.add(call);
			return () => void calls.delete(call);
		},
		async close() {
			isClosed = true;
			await Promise.all([listener.stop(), sql.end({ timeout: 1 })]);
		},
	};
}

function openSql(credential: LmaCredential): Pool {
	return connect(credential, {
		max: MAX_CONNECTIONS,
		applicationName: 'n8n-nodes-lma trigger',
		connectTimeout: CONNECT_TIMEOUT_SECONDS,
	});
}

/** What `work` gives, unless that takes too long: then `giveUp` is called, and `work` is left to its fate. */
async function answered<T>(work: Promise<T>, giveUp: () => void): Promise<T> {
	if ((await atMost(ANSWER_MS, work)) === 'done') return work;
	giveUp();
	throw new ConnectionError(
		'DATABASE_SILENT',
		`Database: no answer in ${ANSWER_MS / 1000} seconds`,
		'Check the network between n8n and the database. The trigger tries again by itself.',
	);
}

/** Names a reader, another for every activation: none may take over what another has in hand. */
export function newReaderName(): string {
	return `n8n ${process.pid} ${randomUUID()}`;
}
