import { z } from 'zod/v4';

import { label, leadId, userId } from '../input/field';
import { parseInput } from '../input/parseInput';

export const ASSIGNMENT_STRATEGIES = ['leastLoaded', 'roundRobin', 'user'] as const;

/** Who is to own a lead. */
export const assignmentSchema = z
	.strictObject({
		leadId,
		strategy: label(ASSIGNMENT_STRATEGIES),
		/** The new owner, for the strategy `user`. */
		assignedToId: userId.optional(),
		/** The users to choose among; left out: every active sales representative of the organization. */
		userIds: z.array(userId).max(1000, { error: 'has more than 1,000 users; shorten it' }).optional(),
		/** Also leads that have an owner already. Otherwise those keep theirs. */
		reassign: z.boolean().default(false),
	})
	.refine((request) => request.strategy !== 'user' || request.assignedToId !== undefined, {
		path: ['assignedToId'],
		message: 'is missing; choose the user who should own the lead',
	});
export type AssignmentRequest = z.input<typeof assignmentSchema>;

/** Requests that share a strategy and a pool of users: one statement serves them all. */
export interface AssignmentGroup {
	strategy: (typeof ASSIGNMENT_STRATEGIES)[number];
	/** Names the pool in `assignment_rotations`: `team`, or the user ids in order. */
	poolKey: string;
	/** Null: every active sales representative. */
	pool: number[] | null;
	requests: { leadId: number; reassign: boolean; ordinal: number }[];
}

/** Sorts requests into groups, each in the order given; `ordinal` is a request's place among all. */
export function groupRequests(requests: readonly AssignmentRequest[]): AssignmentGroup[] {
	const groups = new Map<string, AssignmentGroup>();
	for (const [ordinal, request] of requests.entries()) {
		const { strategy, leadId, assignedToId, userIds, reassign } = parseInput(assignmentSchema, request);
		const chosen = strategy === 'user' ? [assignedToId] : userIds;
		const ids = chosen?.filter((userId) => userId !== undefined) ?? [];
		const pool = ids.length > 0 ? [...new Set(ids)].sort((a, b) => a - b) : null;
		const poolKey = pool?.join(',') ?? 'team';
		const key = `${strategy}:${poolKey}`;
		const group = groups.get(key) ?? { strategy, poolKey, pool, requests: [] };
		// Naming an owner is meant: it replaces the one there is.
		group.requests.push({ leadId, reassign: reassign || strategy === 'user', ordinal });
		groups.set(key, group);
	}
	return [...groups.values()];
}
