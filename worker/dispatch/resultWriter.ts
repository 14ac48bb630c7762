import { setTimeout as sleep } from 'node:timers/promises';

import type { Pool } from '../../db/connection/client';
import { within } from '../../db/connection/timeLimit';
import { type DispatchResult, finishDispatches } from '../../db/dispatch/finishDispatches';
import { backOffMs } from '../../domain/backOff';
import { codeOf } from '../../domain/error/errorCause';
import { traitsOf } from '../../domain/error/errorCode';
import { SQLSTATE } from '../../domain/error/statementCode';
import type { Log } from '../log';
import { ANSWER_MS } from './options';

export interface ResultWriter {
	/** Resolves with whether the result counted: false when its epoch was stale. Never rejects. */
	write(result: DispatchResult, organizationId: number): Promise<boolean>;
}

interface Entry {
	result: DispatchResult;
	organizationId: number;
	resolve(accepted: boolean): void;
}

interface Line {
	waiting: Entry[];
	running: boolean;
}

const PATIENCE_MS = 30_000;
const PAUSE = { firstMs: 100, longestMs: 3_000 };

/**
 * Writes results in as few statements as they allow: what arrives while a statement runs goes into the next one. A
 * database that does not answer is tried again for half a minute, because a lost result of a sent message would leave
 * an unknown outcome; after that the lease decides. An organization whose rows are locked, or refused, waits alone.
 */
export function createResultWriter(sql: Pool, log: Log): ResultWriter {
	const together: Line = { waiting: [], running: false };
	const apart = new Map<number, Line>();

	function enter(entry: Entry, line: Line): void {
		line.waiting.push(entry);
		if (!line.running) void drain(line);
	}

	function enterApart(entry: Entry): void {
		const line = apart.get(entry.organizationId) ?? { waiting: [], running: false };
		apart.set(entry.organizationId, line);
		enter(entry, line);
	}

	async function drain(line: Line): Promise<void> {
		line.running = true;
		while (line.waiting.length > 0) {
			// Let the results of the same moment come in, too.
			await new Promise((resolve) => setImmediate(resolve));
			const batch = line.waiting;
			line.waiting = [];
			const results = batch.map(({ result }) => result);
			const accepted = await writePatiently(results, line === together);
			if (accepted) for (const entry of batch) entry.resolve(accepted.has(entry.result.id));
			else batch.forEach(enterApart);
		}
		line.running = false;
		for (const [organizationId, other] of apart) if (other === line) apart.delete(organizationId);
	}

	/** `mayPart`: gives up at once, with undefined, where one organization's rows hold up those of the others. */
	async function writePatiently(
		results: DispatchResult[],
		mayPart: boolean,
	): Promise<Set<number> | undefined> {
		const deadline = performance.now() + PATIENCE_MS;
		for (let failures = 1; ; failures += 1) {
			try {
				// On a connection that has gone silent it would wait for ever, and every result behind it.
				return await within(ANSWER_MS, finishDispatches(sql, results));
			} catch (error) {
				if (mayPart && (isHeld(error) || isRefused(error))) return undefined;
				if (isRefused(error) && results.length > 1) {
					// One that cannot be stored must not take the others with it.
					const accepted = await Promise.all(results.map((result) => writePatiently([result], false)));
					return new Set(accepted.flatMap((ids) => [...(ids ?? [])]));
				}
				if (isRefused(error) || performance.now() > deadline) {
					const communicationIds = results.map(({ id }) => id);
					log.error(
						{ err: error, communicationIds },
						'results could not be written; the communications are dealt with when their leases run out',
					);
					return new Set();
				}
				await sleep(backOffMs({ failures, ...PAUSE, random: Math.random() }));
			}
		}
	}

	return {
		write: (result, organizationId) =>
			new Promise((resolve) => {
				const entry = { result, organizationId, resolve };
				enter(entry, apart.get(organizationId) ?? together);
			}),
	};
}

/** PostgreSQL does not take these values: trying again cannot help. */
function isRefused(error: unknown): boolean {
	return traitsOf(codeOf(error)).fault === 'input';
}

/** `lock_not_available`: somebody keeps one of the rows locked. */
function isHeld(error: unknown): boolean {
	return codeOf(error) === SQLSTATE.lockNotAvailable;
}
