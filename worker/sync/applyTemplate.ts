import type { Sql } from '../../db/connection/client';
import type { DueChange } from '../../db/workflow/dueChanges';
import {
	findWantedTemplate,
	recordTemplateApplied,
	recordTemplateRefused,
	type WrittenContent,
} from '../../db/workflow/wantedTemplate';
import { canonicalJson } from '../../domain/canonicalJson';
import { contentOf } from '../../domain/workflow/content';
import { differenceFrom } from '../../domain/workflow/difference';
import { draftOf, withIdsOf } from '../../domain/workflow/draft';
import { editsBetween, isOfContent, type WorkflowEdits } from '../../domain/workflow/edits';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import { settingsNotKept } from '../../domain/workflow/settings';
import { parseTemplate } from '../../domain/workflow/template';
import type { N8nClient } from '../../n8n/client';
import { NotAsWanted } from './notAsWanted';
import { prepareDraft, type PreparedDraft } from './prepareDraft';
import { type ReadBack, readBack } from './readBack';
import type { SettingsTaken } from './settingsTaken';
import type { Instance } from './storeSeen';
import { noteWritten, writeDraft } from './writeDraft';

interface Dependencies {
	sql: Sql;
	client: N8nClient;
	settingsTaken: SettingsTaken;
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
	const made = draftOf(registrationId, { name, template: parseTemplate(wanted.template) });
	const plain = withIdsOf(remote, made);
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
	if (!isDone) await writeDraft(deps, instance, due, prepared, { remote, registrationId, wanted });
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
