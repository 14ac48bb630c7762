import type { Sql } from '../../db/connection/client';
import { findForeignPath, findOwnership } from '../../db/workflow/neighbours';
import type { WrittenContent } from '../../db/workflow/wantedTemplate';
import { canonicalJson } from '../../domain/canonicalJson';
import { contentOf } from '../../domain/workflow/content';
import type { WorkflowDraft } from '../../domain/workflow/draft';
import type { WorkflowEdits } from '../../domain/workflow/edits';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import { reachOf } from '../../domain/workflow/reach';
import { resolveDraft } from '../../domain/workflow/resolveDraft';
import { settingsFor } from '../../domain/workflow/settings';
import { crossingOf } from '../../domain/workflow/surroundings';
import type { SettingsTaken } from './settingsTaken';
import type { Instance } from './storeSeen';

/** A draft as one n8n is to have it. */
export interface PreparedDraft {
	draft: WorkflowDraft;
	/** Why it must not run: names that belong to nobody known, or to another organization. Null when it may. */
	problem: string | null;
	/** Which settings of the template it is without, and why, in sentences. */
	leftOut: string[];
}

/**
 * Fits a draft to one n8n: ids in the place of credentials' names, the settings that it takes. Asks n8n at most once a round
 * what those are.
 * @param earlier what was written before, and what people have edited since, where that is to be undone
 */
export async function prepareDraft(
	deps: { sql: Sql; settingsTaken: SettingsTaken },
	instance: Instance,
	draft: WorkflowDraft,
	earlier: { written?: WrittenContent | null; undone?: WorkflowEdits | null } = {},
): Promise<PreparedDraft> {
	const { sql, settingsTaken } = deps;
	const { owner, neighbourhood } = instance;
	const reach = reachOf(draft);
	const ownership = await findOwnership(sql, owner, neighbourhood, [reach]);
	const { settings, problem: lostErrorWorkflow } = ownSettings(draft.settings, ownership.ownWorkflows);
	const outdated = [...Object.keys(earlier.written?.sent ?? {}), ...(earlier.undone?.settings ?? [])];
	const sent = settingsFor(settings, { taken: await settingsTaken.read(), outdated });
	const resolved = resolveDraft({ ...draft, settings: sent.settings }, neighbourhood);
	const path = await findForeignPath(sql, neighbourhood, reach.webhookPaths);
	const taken =
		path === null
			? null
			: `The path "${path.slice(0, 60)}" of its webhook is that of a workflow of another organization in this n8n. Choose another one.`;
	const crossing = crossingOf(reachOf(resolved.draft), neighbourhood, ownership);
	return {
		draft: resolved.draft,
		problem: resolved.problem ?? crossing ?? taken,
		leftOut: [
			...(sent.unknown.length > 0
				? [
						`This n8n does not know these settings of the template, which were left out: ${sent.unknown.sort().join(', ')}.`,
					]
				: []),
			...(lostErrorWorkflow ? [lostErrorWorkflow] : []),
		],
	};
}

/** What the worker knows to have written: what n8n had of a draft afterwards, and the settings that it was sent. */
export function writtenOf(draft: Pick<WorkflowDraft, 'settings'>, remote: N8nWorkflow): WrittenContent {
	const sent = Object.entries(draft.settings).map(([key, value]) => [key, canonicalJson(value)] as const);
	return { ...contentOf(remote), sent: Object.fromEntries(sent) };
}

/** Without an error workflow that is not the organization's: a template brings the id of the n8n it is from. */
function ownSettings(given: Readonly<Record<string, unknown>>, own: ReadonlySet<string>) {
	const { errorWorkflow, ...others } = given;
	if (typeof errorWorkflow !== 'string' || errorWorkflow === '' || errorWorkflow === 'DEFAULT')
		return { settings: others };
	if (own.has(errorWorkflow)) return { settings: given };
	const shown = errorWorkflow.slice(0, 40).toWellFormed();
	const problem = `The setting errorWorkflow was left out: this organization has no workflow ${shown} in this n8n. Name one of its own, by its id there.`;
	return { settings: others, problem };
}
