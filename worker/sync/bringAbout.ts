import type { Sql } from '../../db/connection/client';
import type { SessionLock } from '../../db/connection/sessionLock';
import { isIntegrationActive } from '../../db/integration/integration';
import { type DueChange, recordInStep, recordWithdrawn } from '../../db/workflow/dueChanges';
import { noteOverruledSince } from '../../db/workflow/publication';
import { isOfContent } from '../../domain/workflow/edits';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import { PENDING } from '../../domain/workflow/workflow';
import type { N8nClient } from '../../n8n/client';
import { applyTemplate } from './applyTemplate';
import { createWorkflow } from './createWorkflow';
import { gone, NotAsWanted } from './notAsWanted';
import { readBack } from './readBack';
import { removeWorkflow } from './removeWorkflow';
import { renameWorkflow } from './renameWorkflow';
import type { SettingsTaken } from './settingsTaken';
import type { Instance } from './storeSeen';
import { takeInHand } from './takeInHand';

export interface ApplyDependencies {
	sql: Sql;
	/** Of this instance. */
	lock: SessionLock;
	client: N8nClient;
	settingsTaken: SettingsTaken;
	/** Aborted when the worker stops. */
	stopping: AbortSignal;
	/** Called with what failed on our side, for the log. */
	report: (workflowId: number, error: unknown) => void;
}

/** Somebody has switched the connection off while changes were under way. */
export class SwitchedOff extends Error {}

/**
 * Brings one workflow in n8n to what is wanted of it. Can be repeated.
 * @throws NotAsWanted when it is not so afterwards, or must not be; SwitchedOff; N8nError
 */
export async function bringAbout(
	deps: ApplyDependencies,
	instance: Instance,
	change: DueChange,
): Promise<void> {
	const { sql } = deps;
	await assertOpen(deps, instance);
	if (change.removal !== null) {
		await removeWorkflow(deps, instance, change);
		return;
	}
	let due = change;
	if (change.n8nWorkflowId.startsWith(PENDING)) {
		const created = await createWorkflow(deps, instance, change.workflowId);
		if (!created) return;
		due = {
			...change,
			n8nWorkflowId: created.remote.id,
			registrationId: created.registrationId,
			isTemplateApplied: false,
			isActive: false,
			isOverruled: false,
			isOverwriting: false,
		};
	}
	let now = await readBack(deps, instance, due);
	if (due.isToTake) {
		due = await takeInHand(sql, instance, due, now.remote);
		now = await readBack(deps, instance, due);
	}
	if (due.registrationId !== null && isPublished(now.remote) && now.observation.isCrossingPublished) {
		await setPublished(deps, instance, due, false);
		await recordWithdrawn(sql, due.workflowId);
		throw new NotAsWanted(`${now.observation.crossing} It was unpublished.`);
	}
	// It was as wanted when n8n was scanned: whoever stopped it since is not to be outrun.
	const hasTurned = due.isActive === due.desiredActive && isPublished(now.remote) !== due.desiredActive;
	if (hasTurned && (await noteOverruledSince(sql, instance.owner, due.workflowId)))
		due = { ...due, isOverruled: true };
	if (due.registrationId !== null && due.isRenaming) now = await renameWorkflow(deps, instance, due, now);
	let isOld = false;
	if (due.registrationId !== null && (!due.isTemplateApplied || due.isOverwriting)) {
		now = await applyTemplate(deps, instance, due, due.registrationId, now);
		// The draft is as wanted, and was published as something else.
		const { draftEdits, publishedEdits } = now.observation;
		isOld = due.desiredActive && publishedEdits !== null && !(draftEdits && isOfContent(draftEdits));
	}
	if (!due.isOverruled && (isOld || isPublished(now.remote) !== due.desiredActive)) {
		if (now.remote.isArchived) throw new NotAsWanted('It is archived in n8n. Unarchive it there.');
		const { crossing } = now.observation;
		if (due.desiredActive && crossing !== null) throw new NotAsWanted(`${crossing} It was not published.`);
		await setPublished(deps, instance, due, due.desiredActive);
	}
	await recordInStep(sql, due);
}

async function setPublished(
	deps: ApplyDependencies,
	instance: Instance,
	due: DueChange,
	isWanted: boolean,
): Promise<void> {
	await assertOpen(deps, instance);
	if (!(await deps.client.workflows.setPublished(due.n8nWorkflowId, isWanted))) throw gone();
	const { remote } = await readBack(deps, instance, due);
	if (isPublished(remote) === isWanted) return;
	throw new NotAsWanted(
		`n8n accepted the request to ${isWanted ? 'publish' : 'unpublish'} it but did not do so. Check the workflow in n8n.`,
	);
}

/** Before n8n is asked to change something. */
async function assertOpen({ sql, stopping }: ApplyDependencies, { owner }: Instance): Promise<void> {
	stopping.throwIfAborted();
	if (!(await isIntegrationActive(sql, owner.integrationId))) throw new SwitchedOff();
}

function isPublished({ active, isArchived }: N8nWorkflow): boolean {
	return active && !isArchived;
}
