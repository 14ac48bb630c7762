import { z } from 'zod/v4';

import type {
	CommunicationDirection,
	CommunicationStatus,
	CommunicationType,
} from '../communication/communication';
import { label, leadId, rowLimit, rowOffset, timestamp, userId } from '../input/field';
import { EVENT_TYPES, type EventValues } from './event';

/** What can stand in the timeline of a lead: the events of the audit trail that name it. */
export const TIMELINE_TYPES = [
	...EVENT_TYPES,
	'campaign.leadRemoved',
	'campaign.leadStatusChanged',
	'communication.deleted',
	'communication.updated',
	'lead.merged',
	'lead.suppressed',
	'lead.unmerged',
	'lead.unsuppressed',
	'note.created',
	'note.deleted',
] as const;

/** Which part of which lead's timeline; all conditions must hold. */
export const timelineSchema = z.strictObject({
	leadId,
	eventTypes: z.array(label(TIMELINE_TYPES)).optional(),
	/** Done by this user. */
	userId: userId.optional(),
	occurredAfter: timestamp.optional(),
	occurredBefore: timestamp.optional(),
	/** `desc`: newest first. */
	sortDirection: label(['asc', 'desc']).default('desc'),
	limit: rowLimit,
	offset: rowOffset,
});
export type TimelineRequest = z.output<typeof timelineSchema>;

/** Something that happened to a lead. */
export interface TimelineEntry {
	/** `event:17`; `communication:4` or `note:9` for one from before there was an audit trail, or whose events are retired. */
	key: string;
	leadId: number;
	type: (typeof TIMELINE_TYPES)[number];
	/** ISO 8601. */
	occurredAt: string;
	/** The user who did it, where known. */
	userId: number | null;
	communicationId: number | null;
	campaignId: number | null;
	noteId: number | null;
	/** Of the communication, as it is now; null once it is deleted, or where the entry is about something else. */
	communicationType: CommunicationType | null;
	direction: CommunicationDirection | null;
	status: CommunicationStatus | null;
	subject: string | null;
	/** Text of the communication or the note, as it is now. */
	content: string | null;
	/** Values that changed, by field. Null for what was new. */
	before: EventValues | null;
	after: EventValues | null;
	/** The workflow and execution that did it, where it was n8n. */
	n8nWorkflowId: string | null;
	n8nExecutionId: string | null;
}
