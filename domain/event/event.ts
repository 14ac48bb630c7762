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
	'communication.cancelled',
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
