import type { Sql } from '../../db/connection/client';
import {
	type DueChange,
	findWantedTemplate,
	recordTemplateApplied,
	recordTemplateRefused,
	recordWritten,
	type WantedTemplate,
	type WrittenContent,
} from '../../db/workflow/dueChanges';
import { canonicalJson } from '../../domain/workflow/canonicalJson';
import { contentOf } from '../../domain/workflow/content';
import { differenceFrom } from '../../domain/workflow/difference';
import { draftOf } from '../../domain/workflow/draft';
import { editsBetween, isOfContent, type WorkflowEdits } from '../../domain/workflow/edits';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import type { Observation } from '../../domain/workflow/observation';
import { settingsNotKept } from '../../domain/workflow/settings';
import { withStickyNotes } from '../../domain/workflow/stickyNotes';
import { parseTemplate } from '../../domain/workflow/template';
import type { N8nClient } from '../../n8n/client';
import { gone, NotAsWanted } from './notAsWanted';
import { prepareDraft, type PreparedDraft, writtenOf } from './prepareDraft';
import type { SettingsTaken } from './settingsTaken';
import { type Instance, storeSeen } from './storeSeen';

interface Dependencies {
	sql: Sql;
	client: N8nClient;
	settingsTaken: SettingsTaken;
}

/** A workflow as n8n has it now, and what that means. */
export interface ReadBack {
	remote: N8nWorkflow;
	observation: Observation;
}

/**
 * Brings nodes, connections and settings to what was registered. What people have edited in n8n since the worker last wrote
 * there stays, unless it is to be overwritten; a name that they gave it stays in any case but that.
 * @throws NotAsWanted when n8n has something else then, and before anything is written when the template names what is not
 * the organization's
 */
export async function applyTemplate(
	deps: Dependencies,
	instance: Instance,
	due: DueChange,
	registrationId: string,
	before: ReadBack,
): Promise<ReadBack> {
	const { sql } = deps;
	const { workflowId, isOverwriting } = due;
	const wanted = await findWantedTemplate(sql, instance.owner, workflowId);
	if (!wanted) return before;
	const { remote } = before;
	const edits = wanted.written && editsBetween(wanted.written, contentOf(remote));
	const name = isOverwriting ? wanted.registeredName : remote.name;
	const plain = draftOf(registrationId, { name, template: parseTemplate(wanted.template) });
	const prepared = await prepareDraft(deps, instance, plain, {
		written: wanted.written,
		undone: isOverwriting ? edits : null,
	});
	const isDone = isThere(prepared, remote, wanted.written, edits);
	if (!isDone && edits && isOfContent(edits) && !isOverwriting) {
		await recordTemplateRefused(sql, workflowId, wanted.templateKey);
		return before;
	}
	// Before anything is written: n8n would publish it, too, where it is published.
	if (prepared.problem !== null) throw new NotAsWanted(prepared.problem);
	let after = before;
	if (!isDone) await write(deps, instance, due, prepared, { remote, registrationId, wanted });
	// Somebody edited it into just this.
	else if (edits) await noteWritten(sql, due, prepared, remote, wanted);
	if (!isDone || edits) after = await readBack(deps, instance, due);
	await recordTemplateApplied(sql, workflowId, {
		templateKey: wanted.templateKey,
		overwriteRequestedAt: wanted.overwriteRequestedAt,
		leftOut: leftOutOf(prepared, after.remote),
	});
	return after;
}

async function write(
	deps: Dependencies,
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

async function noteWritten(
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

/** Whether n8n has all of it already, or has been sent it and keeps something else. */
function isThere(
	{ draft }: PreparedDraft,
	remote: N8nWorkflow,
	written: WrittenContent | null,
	edits: WorkflowEdits | null,
): boolean {
	if (differenceFrom(draft, remote) !== null || draft.name !== remote.name) return false;
	const sent = written?.sent ?? {};
	return settingsNotKept(draft.settings, remote.settings).every(
		(key) => sent[key] === canonicalJson(draft.settings[key]) && !edits?.settings.includes(key),
	);
}

function leftOutOf({ draft, leftOut }: PreparedDraft, remote: N8nWorkflow): string | null {
	const kept = settingsNotKept(draft.settings, remote.settings).sort();
	const ofItsOwn = `n8n keeps a value of its own for these settings of the template: ${kept.join(', ')}.`;
	const sentences = [...leftOut, ...(kept.length > 0 ? [ofItsOwn] : [])];
	return sentences.length > 0 ? sentences.join(' ') : null;
}

/** What n8n has, asked for by id and stored. */
export async function readBack(
	{ sql, client }: Pick<Dependencies, 'sql' | 'client'>,
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
