import type { Sql } from '../../connection/client';

/** Where a primary stands, and which one it is. */
export interface PrimaryPosition {
	/** Database clock. */
	askedAt: string;
	/** Up to here everything is on disk, every confirmed commit included. Null when it is itself in recovery. */
	flushedTo: string | null;
	/** Changes with every promotion; null as above. */
	timeline: number | null;
	/** The same on a primary and its streaming replicas, and nowhere else. */
	systemId: string;
	database: string;
}

/** Where a replica stands, as seen from a position of its primary. */
export interface ReplicaPosition {
	isInRecovery: boolean;
	isSameSystem: boolean;
	isSameTimeline: boolean;
	isSameDatabase: boolean;
	/** It has replayed all that the primary had written when asked. */
	hasCaughtUp: boolean;
	/** From the last commit it replayed to the moment the primary was asked; null when it has replayed none. */
	behindMs: number | null;
}

/** Asks a primary. One statement that any login may run. */
export async function readPrimaryPosition(primary: Sql): Promise<PrimaryPosition> {
	const [position] = await primary<PrimaryPosition[]>`
		select
			now() as asked_at,
			case when not pg_is_in_recovery() then pg_current_wal_flush_lsn()::text end as flushed_to,
			case when not pg_is_in_recovery() then
				('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::integer
			end as timeline,
			(select system_identifier::text from pg_control_system()) as system_id,
			current_database() as database`;
	if (!position) throw new Error('The primary said nothing about its position');
	return position;
}

/**
 * Asks a replica. Its time line is that of its last restart point: after a promotion it counts as another's for some
 * minutes, which costs a fallback and never a wrong answer.
 */
export async function readReplicaPosition(replica: Sql, primary: PrimaryPosition): Promise<ReplicaPosition> {
	const [position] = await replica<ReplicaPosition[]>`
		select
			pg_is_in_recovery() as is_in_recovery,
			(select system_identifier::text from pg_control_system()) = ${primary.systemId} as is_same_system,
			(select timeline_id from pg_control_checkpoint()) = ${primary.timeline}::integer as is_same_timeline,
			current_database() = ${primary.database} as is_same_database,
			coalesce(pg_last_wal_replay_lsn() >= ${primary.flushedTo}::pg_lsn, false) as has_caught_up,
			extract(epoch from ${primary.askedAt}::timestamptz - pg_last_xact_replay_timestamp()) * 1000 as behind_ms`;
	if (!position) throw new Error('The replica said nothing about its position');
	return position;
}
