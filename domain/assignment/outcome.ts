import { ConflictError, type LmaError, NotFoundError } from '../error/errors';
import type { ItemResult } from '../itemResult';
import type { Lead } from '../lead/lead';
import { inactiveUser } from '../user/inactiveUser';
import type { AssignmentGroup } from './request';

export type AssignedLead = Lead & {
	/** False when the lead kept the owner it had. */
	assigned: boolean;
	previousAssignedToId: number | null;
	/** Why this owner, in words. */
	reason: string;
};

/** What the statement says of one request. */
export interface AssignedRow extends Omit<AssignedLead, 'assigned' | 'reason'> {
	askedOrdinal: number;
	assigned: boolean;
	leadKnown: boolean;
	kept: boolean;
	poolSize: number;
	unknownUserId: number | null;
}

/** The answer to one request; `row` is undefined when the statement says nothing of it. */
export function toAssignmentResult(
	group: AssignmentGroup,
	leadId: number,
	row: AssignedRow | undefined,
): ItemResult<AssignedLead> {
	const error = assignmentError(group, leadId, row);
	if (error || !row) return { error: error ?? new NotFoundError('Lead', leadId) };
	const { askedOrdinal: _, leadKnown: __, kept, poolSize, unknownUserId: ___, ...lead } = row;
	const reasons = {
		user: 'Assigned to the given user',
		roundRobin: `Next in turn of ${poolSize}`,
		leastLoaded: `Fewest open leads of ${poolSize}`,
	};
	return { row: { ...lead, reason: kept ? 'Kept its owner' : reasons[group.strategy] } };
}

function assignmentError(
	group: AssignmentGroup,
	leadId: number,
	row: AssignedRow | undefined,
): LmaError | undefined {
	if (row && row.unknownUserId !== null) return new NotFoundError('User', row.unknownUserId);
	if (!row?.leadKnown) return new NotFoundError('Lead', leadId);
	if (row.poolSize > 0 || row.kept) return undefined;
	if (group.strategy === 'user') {
		return inactiveUser(group.poolKey);
	}
	return new ConflictError(
		`Nobody can take lead ${leadId}`,
		group.pool
			? 'None of the given users is active. Choose others, or activate one.'
			: 'The organization has no active user with the role SALES_REP. Add one, or name users.',
	);
}
