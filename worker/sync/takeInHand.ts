import { randomUUID } from 'node:crypto';

import type { JsonValue, Sql } from '../../db/connection/client';
import type { DueChange } from '../../db/workflow/dueChanges';
import { recordTaken } from '../../db/workflow/recordTaken';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import { parseTemplate } from '../../domain/workflow/template';
import { NotAsWanted } from './notAsWanted';
import { writtenOf } from './prepareDraft';
import type { Instance } from './storeSeen';

/**
 * Makes a registered workflow of one that people have made in n8n: what it has there is its template from now on, or what the
 * template that it is to have replaces. Nothing is changed in n8n. Can be repeated.
 * @returns the change with what is left to do
 * @throws ValidationError when it cannot be a template: it holds a secret, say; NotAsWanted
 */
export async function takeInHand(
	sql: Sql,
	{ owner }: Instance,
	due: DueChange,
	remote: N8nWorkflow,
): Promise<DueChange> {
	const registrationId = randomUUID();
	const taken = await recordTaken(sql, owner, due.workflowId, {
		registrationId,
		template: parseTemplate(remote) as unknown as JsonValue,
		content: writtenOf({ settings: {} }, remote),
		isPublished: remote.active && !remote.isArchived,
	});
	if (!taken) throw new NotAsWanted('It was unregistered meanwhile.');
	return {
		...due,
		registrationId,
		isTemplateApplied: taken.hasOwnTemplate,
		desiredActive: taken.desiredActive,
		isToTake: false,
	};
}
