import type { Sql } from '../../db/connection/client';
import {
	findKnownWorkflows,
	listPresentWorkflows,
	markMissingWorkflows,
	touchSeenWorkflows,
	upsertRemoteWorkflows,
	type WorkflowOwner,
} from '../../db/workflow/remote';
import { describeWorkflow, fingerprintOf } from '../../domain/workflow/fingerprint';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import type { N8nClient } from '../../n8n/client';
import type { CreationFinder } from './createWorkflow';

export interface PullResult {
	seen: number;
	created: number;
	updated: number;
	missing: number;
}

/**
 * Brings `workflows` in step with one n8n instance. Works page by page: two statements for a page with changes, one
 * without. Pages shift while people save, so a workflow may come twice, or not at all: what a scan did not show is
 * asked for by id, and only a 404 makes it missing. `finder` sees every page first. Can be repeated.
 * @throws N8nError from the client; what was stored until then stays.
 */
export async function pullWorkflows(
	sql: Sql,
	owner: WorkflowOwner,
	client: N8nClient,
	finder: CreationFinder,
): Promise<PullResult> {
	const result: PullResult = { seen: 0, created: 0, updated: 0, missing: 0 };
	const seen = new Set<string>();
	for await (const page of client.workflows.pages({ everything: finder.isNeeded })) {
		const fresh = new Map(
			page.data.filter(({ id }) => !seen.has(id)).map((workflow) => [workflow.id, workflow]),
		);
		// Pages without anything new would go on for ever; what they did not show is asked for below.
		if (fresh.size === 0) break;
		for (const id of fresh.keys()) seen.add(id);
		// Before they are stored: what was made for a row must not become another one.
		await finder.look([...fresh.values()]);
		await store(sql, owner, [...fresh.values()], result);
	}
	const unseen = (await listPresentWorkflows(sql, owner)).filter((id) => !seen.has(id));
	const gone: string[] = [];
	for (const id of unseen) {
		const workflow = await client.workflows.find(id);
		if (workflow) await store(sql, owner, [workflow], result);
		else gone.push(id);
	}
	if (gone.length > 0) await markMissingWorkflows(sql, owner, gone);
	result.missing = gone.length;
	return result;
}

async function store(
	sql: Sql,
	owner: WorkflowOwner,
	workflows: N8nWorkflow[],
	result: PullResult,
): Promise<void> {
	if (workflows.length === 0) return;
	result.seen += workflows.length;
	const known = new Map(
		(
			await findKnownWorkflows(
				sql,
				owner,
				workflows.map(({ id }) => id),
			)
		).map((row) => [row.n8nWorkflowId, row]),
	);
	const isUnchanged = (workflow: N8nWorkflow) => {
		const row = known.get(workflow.id);
		return (
			row && !row.isMissing && JSON.stringify(row.fingerprint) === JSON.stringify(fingerprintOf(workflow))
		);
	};
	const changed = workflows.filter((workflow) => !isUnchanged(workflow));
	if (changed.length > 0) {
		const written = await upsertRemoteWorkflows(sql, owner, changed.map(describeWorkflow));
		result.created += written.created;
		result.updated += written.updated;
	}
	const stale = workflows.filter((workflow) => isUnchanged(workflow) && known.get(workflow.id)?.isStale);
	if (stale.length > 0)
		await touchSeenWorkflows(
			sql,
			owner,
			stale.map(({ id }) => id),
		);
}
