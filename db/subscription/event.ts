import postgres from 'postgres';

/** What a subscription can ask for, as the LMA Trigger offers it. */
export const EVENT_TYPES = [
	'lead.created',
	'lead.updated',
	'lead.scored',
	'lead.temperatureChanged',
	'lead.assigned',
	'lead.statusChanged',
	'communication.logged',
	'communication.scheduled',
	'communication.completed',
	'communication.failed',
	'communication.replied',
	'campaign.leadAdded',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Values of the changed row by camelCase name, timestamps as ISO 8601 strings. */
export type EventValues = Record<string, unknown>;

/** One change to a lead, a communication or a campaign membership. */
export interface LmaEvent {
	/** `<organization>:<transaction>:<id>`: the same each time the event is delivered, so receivers can drop a second one. */
	key: string;
	/** Its position, for `acknowledgeEvents`: done with this one and all before it. */
	cursor: string;
	type: EventType;
	organizationId: number;
	leadId: number | null;
	/** The user who did it, where known. */
	userId: number | null;
	communicationId: number | null;
	campaignId: number | null;
	/** Null for what was new. */
	before: EventValues | null;
	after: EventValues | null;
	/** The workflow and execution that did it, where it was n8n. */
	n8nWorkflowId: string | null;
	n8nExecutionId: string | null;
	/** Start of the transaction, ISO 8601. Events come in the order of commits, which is another. */
	occurredAt: string;
}

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
			postgres.toCamel(column),
			MOMENT.test(column) && typeof value === 'string' ? toIso(value) : value,
		]),
	);
}

function toIso(value: string): string {
	const moment = new Date(value);
	// 'infinity' has no ISO form.
	return Number.isNaN(moment.getTime()) ? value : moment.toISOString();
}
