import type { Lead } from '../../../../domain/lead/lead';
import { pick } from '../simplify';

/** What most people want of a lead. */
export function simplify(lead: Lead) {
	return pick(lead, [
		'id',
		'email',
		'firstName',
		'lastName',
		'company',
		'status',
		'score',
		'leadTemperature',
		'assignedToId',
		'lastContactedAt',
	]);
}
