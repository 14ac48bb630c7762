import type { Pool } from '../../db/connection/client';
import { type Contact, recordContacts } from '../../db/integration/contact';
import type { Route } from '../../db/integration/integration';
import type { Log } from '../log';
import { contactErrorOf } from './contactError';
import type { SendOutcome } from './outcome';

/** Remembers what messages show of the connections that they went over, until that is written down. */
export interface Contacts {
	note(route: Route, outcome: SendOutcome): void;
	/** Writes what has changed, all connections at once; nothing when nothing has. Never throws: it is tried again with the next. */
	write(): Promise<void>;
}

/** Begins with nothing to write. */
export function trackContacts(sql: Pool, log: Log): Contacts {
	let news = new Map<number, Contact>();
	// A batch that began earlier has read what another one has changed since.
	const noted = new Map<number, string | null>();
	return {
		note({ id, lastError }, outcome) {
			const error = contactErrorOf(outcome);
			if (error === undefined) return;
			const isOld = error === lastError && (!noted.has(id) || noted.get(id) === error);
			noted.set(id, error);
			if (!isOld) news.set(id, { integrationId: id, error });
		},
		async write() {
			if (news.size === 0) return;
			const writing = news;
			news = new Map();
			try {
				await recordContacts(sql, [...writing.values()]);
			} catch (error) {
				news = new Map([...writing, ...news]);
				log.debug({ err: error }, 'the state of connections could not be written');
			}
		},
	};
}
