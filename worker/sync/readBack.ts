import type { Sql } from '../../db/connection/client';
import type { DueChange } from '../../db/workflow/dueChanges';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import type { Observation } from '../../domain/workflow/observation';
import type { N8nClient } from '../../n8n/client';
import { gone } from './notAsWanted';
import { type Instance, storeSeen } from './storeSeen';

/** A workflow as n8n has it now, and what that means. */
export interface ReadBack {
	remote: N8nWorkflow;
	observation: Observation;
}

/** What n8n has, asked for by id and stored. */
export async function readBack(
	{ sql, client }: { sql: Sql; client: N8nClient },
	instance: Instance,
	{ n8nWorkflowId }: DueChange,
): Promise<ReadBack> {
	const remote = await client.workflows.find(n8nWorkflowId);
	if (!remote) throw gone();
	const { observations } = await storeSeen(sql, instance, [remote], () => true);
	const [observation] = observations;
	if (!observation) throw new Error('A workflow that was read was not stored');
	return { remote, observation };
}
