import type { EventValues, LmaEvent } from '../../domain/event/event';
import { fieldOf } from '../connection/record';

/** An event as `lma.claim_events` gives it. */
export interface RawEvent extends Omit<LmaEvent, 'key' | 'cursor' | 'before' | 'after'> {
	id: number;
	transactionId: string;
	metadata: { before?: Record<string, unknown>; after?: Record<string, unknown> };
}

export function toEvent({ id, transactionId, metadata, ...event }: RawEvent): LmaEvent {
	return {
		key: `${event.organizationId}:${transactionId}:${id}`,
		cursor: `${transactionId}:${id}`,
		...event,
		before: metadata.before ? toValues(metadata.before) : null,
		after: metadata.after ? toValues(metadata.after) : null,
	};
}

/** Columns whose value is a moment; the log has them with the offset of the session that wrote. */
const MOMENT = /(_at|^last_engagement_date)$/;

/** Values of a row as the log has them, by camelCase name and with moments as ISO 8601 strings. */
export function toValues(columns: Record<string, unknown>): EventValues {
	return Object.fromEntries(
		Object.entries(columns).map(([column, value]) => [
			fieldOf(column),
			MOMENT.test(column) && typeof value === 'string' ? toIso(value) : value,
		]),
	);
}

function toIso(value: string): string {
	const moment = new Date(value);
	// 'infinity' has no ISO form.
	return Number.isNaN(moment.getTime()) ? value : moment.toISOString();
}
