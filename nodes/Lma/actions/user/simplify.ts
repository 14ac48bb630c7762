import type { User } from '../../../../domain/user/user';
import { pick } from '../simplify';

/** What most people want of a user. */
export function simplify(user: User) {
	return pick(user, ['id', 'email', 'firstName', 'lastName', 'role', 'isActive', 'timezone']);
}
