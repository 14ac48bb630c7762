import type { Sql } from '../../db/connection/client';
import { findWrittenContents } from '../../db/workflow/knownWorkflows';
import { findOwnership, type Neighbourhood } from '../../db/workflow/neighbours';
import { upsertRemoteWorkflows, type WorkflowOwner } from '../../db/workflow/remote';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import { observe, type Observation } from '../../domain/workflow/observation';
import { reachOf } from '../../domain/workflow/reach';

/** An n8n instance of an organization, and who else is there. */
export interface Instance {
	owner: WorkflowOwner;
	neighbourhood: Neighbourhood;
}

/**
 * Stores what n8n says of workflows, compared with what was last written there and with what the organization may use. Three
 * or four statements for any number of them. Can be repeated.
 * @param isWanted whether something is wanted of one
 */
export async function storeSeen(
	sql: Sql,
	{ owner, neighbourhood }: Instance,
	workflows: N8nWorkflow[],
	isWanted: (workflow: N8nWorkflow) => boolean,
): Promise<{ created: number; updated: number; observations: Observation[] }> {
	const ids = workflows.map(({ id }) => id);
	const written = await findWrittenContents(sql, owner, ids);
	const reaches = workflows.map((workflow) => reachOf(workflow));
	const ownership = await findOwnership(sql, owner, neighbourhood, reaches);
	const observations = workflows.map((workflow) =>
		observe(
			workflow,
			{ written: written.get(workflow.id) ?? null, isWanted: isWanted(workflow) },
			neighbourhood,
			ownership,
		),
	);
	return { ...(await upsertRemoteWorkflows(sql, owner, observations)), observations };
}
