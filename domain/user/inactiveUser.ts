import { ConflictError } from '../error/errors';

/** Says that a user who is not active cannot become the owner of a lead. */
export function inactiveUser(userId: number | string): ConflictError {
	return new ConflictError(`User ${userId} is not active`, 'Choose an active user, or activate this one.');
}
