export const COMMUNICATION_TYPES = ['call', 'email', 'linkedin', 'meeting', 'sms'] as const;
export const COMMUNICATION_DIRECTIONS = ['inbound', 'outbound'] as const;
export const COMMUNICATION_STATUSES = ['cancelled', 'completed', 'failed', 'scheduled'] as const;

export type CommunicationType = (typeof COMMUNICATION_TYPES)[number];
export type CommunicationDirection = (typeof COMMUNICATION_DIRECTIONS)[number];
export type CommunicationStatus = (typeof COMMUNICATION_STATUSES)[number];

/** A row of `communications`. Timestamps are ISO 8601 in UTC. */
export interface Communication {
	id: number;
	leadId: number;
	userId: number | null;
	communicationType: CommunicationType;
	direction: CommunicationDirection;
	subject: string | null;
	content: string | null;
	status: CommunicationStatus;
	scheduledAt: string | null;
	completedAt: string | null;
	commMetadata: Record<string, unknown>;
	createdAt: string;
	updatedAt: string;
	organizationId: number;
	/** Why it failed, or why the send gate cancelled it or put it off: a stable code. */
	failureReason: string | null;
	/** About something that the lead asked for or bought: the send gate lets it pass. */
	isTransactional: boolean;
}
