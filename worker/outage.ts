import { isMistake, isTraced } from '../db/connection/error/toLmaError';
import { isConnectionCode } from '../domain/error/errorCode';
import { codeOf, framesOf, readField } from '../domain/error/errorCause';
import type { Log } from './log';
import { NOT_REDIS, placesOf, reasonOf, remedyOf, type Server, type ServerUrls } from './server';

/**
 * Remembers which servers cannot be reached or used, and writes one line when that changes, however often a driver retries.
 */
export interface Outages {
	/** The server failed. Logged only when it worked before; a mistake of ours once, with its stack, and is no outage. */
	report(server: Server, error: unknown): void;
	/** The server works. Logged only when it failed before. */
	clear(server: Server): void;
	/** Undefined when the server works, else its last error in words fit for a log. */
	current(server: Server): string | undefined;
	isConnectionError(error: unknown): boolean;
}

interface Outage {
	reason: string;
	/** `reached`, or `used`. */
	lost: string;
}

/** Something failed, and this server is why. */
export class ServerFailure extends Error {
	constructor(
		readonly server: Server,
		cause: unknown,
	) {
		super(`${server} failed`, { cause });
	}
}

/** What `work` gives. Its failure is that of the server: rejects with a `ServerFailure`. */
export async function askServer<T>(server: Server, work: () => PromiseLike<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw new ServerFailure(server, error);
	}
}

/** `urls` are where the servers are: named in the log, without what is secret. */
export function trackOutages(log: Log, urls: ServerUrls = {}): Outages {
	const places = placesOf(urls);
	const failing = new Map<Server, Outage>();
	const mistakes = new Set<string>();

	function reportMistake(server: Server, error: unknown): void {
		const place = `${server} ${reasonOf(error)} ${framesOf(error)[0] ?? ''}`;
		if (mistakes.has(place)) return;
		mistakes.add(place);
		log.error({ server, err: error }, `a bug in LMA while using the ${server}; trying again`);
	}

	return {
		report(server, error) {
			const isAway = isConnectionError(error);
			// What Redis refuses has no code: it is no mistake of ours.
			if (!isAway && readField(error, 'name') !== 'ReplyError' && isMistake(error)) {
				reportMistake(server, error);
				return;
			}
			const before = failing.get(server);
			const reason = reasonOf(error);
			const lost = before?.lost ?? (isAway ? 'reached' : 'used');
			if (!before) {
				const place = places[server];
				const facts = { ...place, remedy: remedyOf(server, reason, place) };
				log.error(
					{ server, reason, ...facts, ...(isTraced(error) && { err: error }) },
					`the ${server} cannot be ${lost}; trying again until it can`,
				);
			}
			// That what is not Redis hangs up tells less than that it is not.
			failing.set(server, { reason: before?.reason === NOT_REDIS ? NOT_REDIS : reason, lost });
		},
		clear(server) {
			const outage = failing.get(server);
			if (failing.delete(server))
				log.info({ server }, `the ${server} can be ${outage?.lost ?? 'used'} again`);
		},
		current: (server) => failing.get(server)?.reason,
		isConnectionError,
	};
}

function isConnectionError(error: unknown): boolean {
	const message = readField(error, 'message');
	return (
		reasonOf(error) === NOT_REDIS ||
		isConnectionCode(codeOf(error)) ||
		/connection (is|was|has been)? ?(closed|terminated|ended)|stream isn't writeable/i.test(
			typeof message === 'string' ? message : '',
		)
	);
}
