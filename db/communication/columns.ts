/** What a reader sees of a communication; the rest is the worker's. */
export const COMMUNICATION_COLUMNS = [
	'id',
	'lead_id',
	'user_id',
	'communication_type',
	'direction',
	'subject',
	'content',
	'status',
	'scheduled_at',
	'completed_at',
	'comm_metadata',
	'created_at',
	'updated_at',
	'organization_id',
	'failure_reason',
	'is_transactional',
] as const;
