import { randomUUID } from 'node:crypto';

import type { Sql } from '../../db/connection/client';
import type { SessionLock } from '../../db/connection/sessionLock';
import {
	beginCreation,
	finishCreation,
	forgetCreations,
	type UnresolvedCreation,
} from '../../db/workflow/creation';
import { recordWritten } from '../../db/workflow/wantedTemplate';
import { draftOf, markIn, nodeMark, type WorkflowDraft } from '../../domain/workflow/draft';
import { parseTemplate } from '../../domain/workflow/template';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import { N8nError } from '../../n8n/n8nError';
import type { N8nClient } from '../../n8n/client';
import { prepareDraft, writtenOf } from './prepareDraft';
import type { SettingsTaken } from './settingsTaken';
import type { Instance } from './storeSeen';

/**
 * Makes a registered workflow in n8n, as a draft, and returns it as n8n has it; null when another worker does, or nobody
 * wants it any more. What could not be resolved of its template is left out of it: `applyTemplate` says so. Noted and committed before n8n is asked: when nobody can say whether n8n did it, the note stays,
 * and `findCreated` settles it in a later round.
 *
 * @param deps `lock` is that of this instance: once it is lost, nothing more is begun
 * @throws N8nError from the client, ValidationError when the stored template is none
 */
export async function createWorkflow(
	deps: { sql: Sql; lock: SessionLock; client: N8nClient; settingsTaken: SettingsTaken },
	instance: Instance,
	workflowId: number,
): Promise<{ remote: N8nWorkflow; registrationId: string } | null> {
	const { sql, lock, client, settingsTaken } = deps;
	// Before anything is noted: n8n may not answer.
	await settingsTaken.read();
	const registrationId = randomUUID();
	const begun = await beginCreation(lock, instance.owner, workflowId, registrationId);
	if (!begun) return null;
	try {
		const plain = draftOf(registrationId, { name: begun.name, template: parseTemplate(begun.template) });
		const { draft } = await prepareDraft(deps, instance, plain);
		const remote = await client.workflows.create(draft);
		const creation = { workflowId, registrationId };
		return (await storeCreated(sql, instance, creation, remote, draft)) ? { remote, registrationId } : null;
	} catch (error) {
		if (isSurelyNotMade(error)) await forgetCreations(sql, [workflowId]);
		throw error;
	}
}

function isSurelyNotMade(error: unknown): boolean {
	if (error instanceof N8nError) return !error.mayHaveActed;
	// The template could not be read: n8n was never asked.
	return error instanceof Error && error.name === 'ValidationError';
}

/** Ties a workflow in n8n to the row that it was made for. What n8n says of it is stored when it is read next. */
async function storeCreated(
	sql: Sql,
	instance: Instance,
	creation: { workflowId: number; registrationId: string },
	remote: N8nWorkflow,
	draft: Pick<WorkflowDraft, 'settings'> = { settings: {} },
): Promise<boolean> {
	if (!(await finishCreation(sql, instance.owner, creation, remote.id))) return false;
	await recordWritten(sql, creation.workflowId, writtenOf(draft, remote));
	return true;
}

/** Finds workflows that were made and not noted, among those that a scan shows. */
export class CreationFinder {
	readonly #byMark: Map<string, UnresolvedCreation>;
	readonly #found = new Set<number>();

	constructor(
		private readonly sql: Sql,
		private readonly instance: Instance,
		private readonly unresolved: UnresolvedCreation[],
	) {
		this.#byMark = new Map(unresolved.map((creation) => [nodeMark(creation.registrationId), creation]));
	}

	/** Whether there is anything to look for: then every workflow has to be looked at, whatever its tags. */
	get isNeeded(): boolean {
		return this.unresolved.length > 0;
	}

	/** Ties those of these workflows to their rows that were made for them. */
	async look(workflows: N8nWorkflow[]): Promise<void> {
		if (!this.isNeeded) return;
		for (const workflow of workflows) {
			const marks = workflow.nodes.map((node) => markIn(node['id']));
			const creation = this.#byMark.get(marks.find((mark) => this.#byMark.has(mark)) ?? '');
			if (!creation || this.#found.has(creation.workflowId)) continue;
			this.#found.add(creation.workflowId);
			await storeCreated(this.sql, this.instance, creation, workflow);
		}
	}

	/**
	 * After a scan: what it did not show, and was asked for long ago, was not made, unless it is found by its name. Pages
	 * shift while people save.
	 */
	async settle(client: N8nClient): Promise<void> {
		const missing = this.unresolved.filter(
			({ workflowId, isOverdue }) => isOverdue && !this.#found.has(workflowId),
		);
		for (const { name } of missing)
			for await (const page of client.workflows.pages({ everything: true, name })) await this.look(page.data);
		const absent = missing.filter(({ workflowId }) => !this.#found.has(workflowId));
		if (absent.length > 0)
			await forgetCreations(
				this.sql,
				absent.map(({ workflowId }) => workflowId),
			);
	}
}
