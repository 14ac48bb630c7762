import { ConnectionError } from '../../../domain/error/errors';
import { toLmaError } from '../../connection/error/toLmaError';
import type { ReplicaPosition } from './position';

/**
 * Why the primary answered: the replica cannot be reached · did not answer in time · failed so a moment ago and is left
 * alone · is no replica (promoted, or a primary) · belongs to another system · to another time line · is connected to
 * another database · is too far behind · cancelled the query to go on replaying · failed otherwise.
 */
export type FallbackReason =
	| 'unreachable'
	| 'timeout'
	| 'resting'
	| 'not_a_replica'
	| 'other_system'
	| 'other_timeline'
	| 'other_database'
	| 'lagging'
	| 'conflict'
	| 'failed';

/** Thrown inside the replica's transaction to leave it. Carries no SQLSTATE, so nothing tries again there. */
export class FallbackError extends Error {
	override readonly name = 'FallbackError';

	constructor(
		readonly reason: FallbackReason,
		options?: ErrorOptions,
	) {
		super(`The primary answers: ${reason}`, options);
	}
}

/** Whether a replica may answer: null when it may. A replica that has all of the primary is fresh however old that is. */
export function findStaleness(position: ReplicaPosition, maxLagMs: number): FallbackReason | null {
	if (!position.isInRecovery) return 'not_a_replica';
	if (!position.isSameSystem) return 'other_system';
	if (!position.isSameTimeline) return 'other_timeline';
	if (!position.isSameDatabase) return 'other_database';
	if (position.hasCaughtUp) return null;
	return position.behindMs !== null && position.behindMs <= maxLagMs ? null : 'lagging';
}

/** What a failure on the replica is counted as. */
export function reasonOf(error: unknown): FallbackReason {
	if (error instanceof FallbackError) return error.reason;
	if (error instanceof Error && error.message.includes('conflict with recovery')) return 'conflict';
	const known = toLmaError(error);
	return known instanceof ConnectionError && known.code !== 'ORGANIZATION_NOT_FOUND'
		? 'unreachable'
		: 'failed';
}
