import type { Sql } from '../../db/connection/client';
import type { DueChange } from '../../db/workflow/dueChanges';
import { findWantedTemplate, recordRenamed } from '../../db/workflow/wantedTemplate';
import { draftIn } from '../../domain/workflow/draft';
import { settingsFor } from '../../domain/workflow/settings';
import type { N8nClient } from '../../n8n/client';
import { gone, NotAsWanted } from './notAsWanted';
import { type ReadBack, readBack } from './readBack';
import type { SettingsTaken } from './settingsTaken';
import type { Instance } from './storeSeen';

/**
 * Gives a workflow in n8n its registered name, and leaves all else as it is there: what people have edited, and which version is
 * published. Can be repeated.
 * @throws NotAsWanted when it has another name then; N8nError
 */
export async function renameWorkflow(
	deps: { sql: Sql; client: N8nClient; settingsTaken: SettingsTaken },
	instance: Instance,
	due: DueChange,
	{ remote, ...before }: ReadBack,
): Promise<ReadBack> {
	const { sql, client, settingsTaken } = deps;
	const wanted = await findWantedTemplate(sql, instance.owner, due.workflowId);
	if (!wanted) return { remote, ...before };
	const name = wanted.registeredName;
	if (remote.name !== name) {
		if (remote.isArchived) throw new NotAsWanted('It is archived in n8n. Unarchive it there.');
		const draft = draftIn(remote);
		const { settings } = settingsFor(draft.settings, { taken: await settingsTaken.read() });
		// A newer draft is not published because the workflow gets another name.
		const keepsPublishedVersion = remote.active && remote.activeVersionId !== remote.versionId;
		const body = { ...draft, name, settings };
		if (!(await client.workflows.update(due.n8nWorkflowId, body, { keepsPublishedVersion }))) throw gone();
	}
	await recordRenamed(sql, due.workflowId, name);
	const after = await readBack(deps, instance, due);
	if (after.remote.name === name) return after;
	throw new NotAsWanted('n8n accepted the new name but kept another one. Check the workflow in n8n.');
}
