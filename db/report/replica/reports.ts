import { connect, type Pool, type Sql } from '../../connection/client';
import type { DatabaseLogin } from '../../connection/databaseLogin';
import { inOrganization } from '../../connection/tenancy';
import { changeDatabaseUrl, parseDatabaseUrl } from '../../../domain/database/databaseUrl';
import { withDeadline } from './deadline';
import { FallbackError, type FallbackReason, findStaleness, reasonOf } from './fallback';
import { readPrimaryPosition, readReplicaPosition } from './position';

/** How far a replica may be behind when nobody says otherwise, in milliseconds. */
export const DEFAULT_MAX_LAG_MS = 5_000;
/** To connect and to say how far it is. */
const PROBE_MS = 2_000;
/** For the report itself. */
const WORK_MS = 60_000;
const REST_MS = 10_000;

/** Who answers reports. */
export interface ReportsOptions {
	/** Stays open when the reports are closed. */
	primary: Pool;
	/** A login with the same rights as the primary's. Undefined: the primary answers everything. */
	replicaUrl?: DatabaseLogin | string;
	/** Most that the answer may be behind, in milliseconds. Default 5,000. */
	maxLagMs?: number;
	/** Called for every report, with the reason when a replica was there and the primary answered. */
	onAnswer?: (answeredBy: AnsweredBy, reason: FallbackReason | null) => void;
	/** Time for a replica to connect and say how far it is. Default 2,000 ms. */
	probeMs?: number;
	/** Time for the work on the replica. Default 60,000 ms. */
	workMs?: number;
	/** A replica that cannot be reached is left alone for so long. Default 10,000 ms. */
	restMs?: number;
}

export type AnsweredBy = 'replica' | 'primary';

export interface Answer<T> {
	result: T;
	answeredBy: AnsweredBy;
	/** Why it was not the replica; null when it was, or when there is none. */
	reason: FallbackReason | null;
}

type Transact = <T>(sql: Pool, work: (tx: Sql) => Promise<T>) => Promise<T>;

/**
 * Reads from a streaming replica while it is fresh: while it has replayed all that the primary had confirmed at the moment
 * of asking, or is behind by no more than `maxLagMs`. In every other case, and when anything goes wrong on the
 * replica, the primary answers; only its errors are thrown. Freshness is asked in the transaction and on the
 * connection that then does the work, so a balancer may stand before several replicas.
 *
 * Work is read-only on both, may be started on the replica and again on the primary, and must have no other effect.
 */
export class Reports {
	#replica: Pool | undefined;
	#restsUntil = 0;

	constructor(private readonly options: ReportsOptions) {}

	/** Work that sees one organization. Throws as `inOrganization` does. */
	inOrganization<T>(organization: string, work: (tx: Sql) => PromiseLike<T>): Promise<Answer<T>> {
		return this.#answer((sql, within) => inOrganization(sql, organization, within), work);
	}

	/** Work that sees what the login may see, such as every organization for one in lma_worker. */
	everywhere<T>(work: (tx: Sql) => PromiseLike<T>): Promise<Answer<T>> {
		return this.#answer(
			async <R>(sql: Pool, within: (tx: Sql) => Promise<R>) => (await sql.begin(within)) as R,
			work,
		);
	}

	/** Closes the connections to the replica. */
	async close(): Promise<void> {
		await this.#replica?.end({ timeout: 1 });
		this.#replica = undefined;
	}

	async #answer<T>(transact: Transact, work: (tx: Sql) => PromiseLike<T>): Promise<Answer<T>> {
		const { onAnswer, primary } = this.options;
		let reason: FallbackReason | null = null;
		if (this.options.replicaUrl) {
			try {
				const result = await this.#onReplica(this.options.replicaUrl, transact, work);
				onAnswer?.('replica', null);
				return { result, answeredBy: 'replica', reason };
			} catch (error) {
				if (error instanceof PrimaryError) throw error.cause;
				reason = reasonOf(error);
				if (reason === 'unreachable' || reason === 'timeout') this.#rest();
			}
		}
		const result = await transact(primary, async (tx) => {
			await tx`set transaction read only`;
			return work(tx);
		});
		onAnswer?.('primary', reason);
		return { result, answeredBy: 'primary', reason };
	}

	async #onReplica<T>(
		login: DatabaseLogin | string,
		transact: Transact,
		work: (tx: Sql) => PromiseLike<T>,
	): Promise<T> {
		if (performance.now() < this.#restsUntil) throw new FallbackError('resting');
		const { primary, maxLagMs = DEFAULT_MAX_LAG_MS, probeMs = PROBE_MS, workMs = WORK_MS } = this.options;
		const position = await readPrimaryPosition(primary).catch((cause: unknown) => {
			throw new PrimaryError('The primary did not answer', { cause });
		});
		const replica = (this.#replica ??= connect(login, {
			max: 2,
			applicationName: 'lma reports',
			connectTimeout: probeMs / 1000,
		}));
		return withDeadline(
			probeMs,
			() => this.#rest(),
			(deadline) =>
				transact(replica, async (tx) => {
					try {
						const staleness = findStaleness(await readReplicaPosition(tx, position), maxLagMs);
						if (staleness) throw new FallbackError(staleness);
						deadline.extend(workMs);
						return await work(tx);
					} catch (cause) {
						throw new FallbackError(reasonOf(cause), { cause });
					}
				}),
		);
	}

	/** Leaves the replica alone for a while, and drops its connections, of which one may hang. */
	#rest(): void {
		this.#restsUntil = performance.now() + (this.options.restMs ?? REST_MS);
		void this.#replica?.end({ timeout: 0 });
		this.#replica = undefined;
	}
}

/** The primary failed before the replica was asked: nobody else can answer. */
class PrimaryError extends Error {
	override readonly name = 'PrimaryError';
}

/**
 * The replica's URL with the login of the primary where it names none: a streaming replica knows the same logins.
 */
export function withLoginOf(replicaUrl: string, primaryUrl: string): string {
	if (parseDatabaseUrl(replicaUrl).user !== undefined) return replicaUrl;
	const { user, password } = parseDatabaseUrl(primaryUrl);
	return changeDatabaseUrl(replicaUrl, { user, password });
}
