import type { Sql } from '../../db/connection/client';
import type { DueChange } from '../../db/workflow/dueChanges';
import { recordWritten, type WantedTemplate } from '../../db/workflow/wantedTemplate';
import { differenceFrom } from '../../domain/workflow/difference';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import { withStickyNotes } from '../../domain/workflow/stickyNotes';
import type { N8nClient } from '../../n8n/client';
import { gone, NotAsWanted } from './notAsWanted';
import { type PreparedDraft, writtenOf } from './prepareDraft';
import { readBack } from './readBack';
import type { Instance } from './storeSeen';

/**
 * Sends a draft to n8n in the place of what it has, and notes what it has afterwards.
 * @throws NotAsWanted when that is something else; N8nError
 */
export async function writeDraft(
	deps: { sql: Sql; client: N8nClient },
	instance: Instance,
	due: DueChange,
	prepared: PreparedDraft,
	{ remote, registrationId, wanted }: { remote: N8nWorkflow; registrationId: string; wanted: WantedTemplate },
): Promise<void> {
	if (remote.isArchived) throw new NotAsWanted('It is archived in n8n. Unarchive it there.');
	const draft = withStickyNotes(prepared.draft, remote, registrationId);
	const refusal = await deps.client.workflows.update(due.n8nWorkflowId, draft).then(
		(answer) => (answer ? undefined : gone()),
		(error: unknown) => error,
	);
	// Where only publishing anew is refused, n8n has saved the draft all the same.
	const { remote: now } = await readBack(deps, instance, due);
	await noteWritten(deps.sql, due, prepared, now, wanted);
	if (refusal) throw refusal as Error;
	const difference = differenceFrom(prepared.draft, now);
	if (difference === null) return;
	throw new NotAsWanted(
		`n8n accepted the workflow but stored something else: ${difference}. Check that the owner of the API key has its credentials.`,
	);
}

/** From what later edits are told. */
export async function noteWritten(
	sql: Sql,
	{ workflowId, isOverwriting }: DueChange,
	{ draft }: PreparedDraft,
	remote: N8nWorkflow,
	{ written: earlier }: WantedTemplate,
): Promise<void> {
	const written = writtenOf(draft, remote);
	// A name that people gave it stays an edit of theirs.
	const name = isOverwriting ? written.name : (earlier?.name ?? written.name);
	await recordWritten(sql, workflowId, { ...written, name });
}
