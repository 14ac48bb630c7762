import type { Sql } from '../../db/connection/client';
import { findKnownWorkflows } from '../../db/workflow/knownWorkflows';
import { findForeignWorkflows, listFollowed } from '../../db/workflow/neighbours';
import { listPresentWorkflows, markMissingWorkflows, touchSeenWorkflows } from '../../db/workflow/remote';
import { fingerprintOf } from '../../domain/workflow/fingerprint';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import { surroundingsKey } from '../../domain/workflow/surroundings';
import type { N8nClient } from '../../n8n/client';
import type { CreationFinder } from './createWorkflow';
import { type Instance, storeSeen } from './storeSeen';

export interface PullResult {
	seen: number;
	created: number;
	updated: number;
	missing: number;
}

/** What a scan looks at, and with what. */
export interface Scan {
	sql: Sql;
	client: N8nClient;
	/** Sees every page first. */
	finder: CreationFinder;
	/** The tag of the connection: what has it not, and is not known, is not the organization's. */
	tag?: string;
}

/**
 * Brings `workflows` in step with one n8n instance. Works page by page: a constant number of statements for a page, one when
 * nothing changed. Pages shift while people save, so a workflow may come twice, or not at all: what a scan did not show is
 * asked for by id, and only a 404 makes it missing, or, where nothing is wanted of it, a lost tag. What another organization
 * has registered in the same n8n is left out. Can be repeated.
 * @throws N8nError from the client; what was stored until then stays.
 */
export async function pullWorkflows(scan: Scan, instance: Instance): Promise<PullResult> {
	const { sql, client, finder, tag } = scan;
	const { owner } = instance;
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
		await store(scan, instance, [...fresh.values()], result);
	}
	const unseen = (await listPresentWorkflows(sql, owner)).filter((id) => !seen.has(id));
	const followed = tag && unseen.length > 0 ? await listFollowed(sql, owner, unseen) : new Set<string>();
	const gone: string[] = [];
	for (const id of unseen) {
		const workflow = await client.workflows.find(id);
		if (workflow && (!followed.has(id) || hasTag(workflow, tag)))
			await store(scan, instance, [workflow], result);
		else gone.push(id);
	}
	if (gone.length > 0) await markMissingWorkflows(sql, owner, gone);
	result.missing = gone.length;
	return result;
}

function hasTag({ tags }: N8nWorkflow, tag: string | undefined): boolean {
	return tag === undefined || tags.some(({ name }) => name === tag);
}

async function store(
	{ sql, tag }: Scan,
	instance: Instance,
	workflows: N8nWorkflow[],
	result: PullResult,
): Promise<void> {
	const { owner, neighbourhood } = instance;
	const ids = workflows.map(({ id }) => id);
	const known = new Map((await findKnownWorkflows(sql, owner, ids)).map((row) => [row.n8nWorkflowId, row]));
	const foreign = await findForeignWorkflows(sql, neighbourhood.neighbours, ids);
	const own = workflows.filter((workflow) => {
		const row = known.get(workflow.id);
		if (row?.isWanted === true) return true;
		return !foreign.has(workflow.id) && (row !== undefined || hasTag(workflow, tag));
	});
	result.seen += own.length;
	const judgedBy = surroundingsKey(neighbourhood);
	const isUnchanged = (workflow: N8nWorkflow) => {
		const row = known.get(workflow.id);
		if (!row || row.isMissing || row.judgedBy !== judgedBy) return false;
		return JSON.stringify(row.fingerprint) === JSON.stringify(fingerprintOf(workflow));
	};
	const changed = own.filter((workflow) => !isUnchanged(workflow));
	if (changed.length > 0) {
		const isWanted = ({ id }: N8nWorkflow) => known.get(id)?.isWanted === true;
		const { created, updated } = await storeSeen(sql, instance, changed, isWanted);
		result.created += created;
		result.updated += updated;
	}
	const stale = own.filter((workflow) => isUnchanged(workflow) && known.get(workflow.id)?.isStale);
	if (stale.length > 0)
		await touchSeenWorkflows(
			sql,
			owner,
			stale.map(({ id }) => id),
		);
}
