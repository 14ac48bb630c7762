import type { Communication } from '../../../../domain/communication/communication';
import { pick } from '../simplify';

/** What most people want of a communication. */
export function simplify(communication: Communication) {
	return pick(communication, [
		'id',
		'leadId',
		'communicationType',
		'direction',
		'subject',
		'status',
		'scheduledAt',
		'completedAt',
		'failureReason',
	]);
}
