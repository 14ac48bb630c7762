import { toLmaError } from '../../db/connection/error/toLmaError';
import {
	type DueChange,
	forgetSettledFailures,
	listDueChanges,
	recordFailures,
} from '../../db/workflow/dueChanges';
import { hearPublicationWishes } from '../../db/workflow/publication';
import { retryDelaySeconds } from '../../domain/backOff';
import { LmaError } from '../../domain/error/errors';
import { PENDING } from '../../domain/workflow/workflow';
import { N8nError } from '../../n8n/n8nError';
import { type ApplyDependencies, bringAbout, SwitchedOff } from './bringAbout';
import { NotAsWanted } from './notAsWanted';
import type { Instance } from './storeSeen';

export interface ApplyResult {
	applied: number;
	failed: number;
}

const BATCH = 100;

/**
 * Brings one n8n to what is wanted: makes what was registered, replaces templates that nobody edited there, publishes and
 * unpublishes, ends what uses another organization's credentials, and reads back each time, since n8n can say yes and keep the old. What fails is noted on its workflow and
 * tried again later, 30 seconds at first and up to an hour; it keeps nothing else from being done. Can be repeated.
 *
 * @throws N8nError when the instance as a whole does not answer or refuses the key: the rest is left for the next round;
 * whatever `stopping` was aborted with
 */
export async function applyChanges(deps: ApplyDependencies, instance: Instance): Promise<ApplyResult> {
	const result: ApplyResult = { applied: 0, failed: 0 };
	const { owner } = instance;
	await forgetSettledFailures(deps.sql, owner);
	await hearPublicationWishes(deps.sql, owner);
	// A missing scope is missing for the others, too: they are told without asking n8n a hundred times.
	const refusals = new Map<string | undefined, Error>();
	// Each once, so that a round ends whatever n8n answers.
	for (let after = 0; ;) {
		const due = await listDueChanges(deps.sql, owner, { after, limit: BATCH });
		for (const change of due) {
			const error = refusals.get(scopeOf(change)) ?? (await applyChange(deps, instance, change));
			if (error instanceof SwitchedOff) return result;
			if (!error) {
				result.applied++;
				continue;
			}
			await recordFailures(deps.sql, owner, [failureOf(change, error)]);
			result.failed++;
			if (isOfInstance(error)) throw error;
			if (error instanceof N8nError && error.scope) refusals.set(error.scope, error);
		}
		const last = due[BATCH - 1];
		if (!last) return result;
		after = last.workflowId;
	}
}

/** What the API key needs first for a change, where that is sure. */
function scopeOf(change: DueChange): string | undefined {
	if (change.removal !== null)
		return change.n8nWorkflowId.startsWith(PENDING) ? undefined : 'workflow:delete';
	if (change.n8nWorkflowId.startsWith(PENDING)) return 'workflow:create';
	if (
		change.registrationId !== null &&
		(!change.isTemplateApplied || change.isOverwriting || change.isRenaming)
	)
		return undefined;
	if (change.isActive === change.desiredActive) return undefined;
	return change.desiredActive ? 'workflow:activate' : 'workflow:deactivate';
}

/** Undefined when it is as wanted now, or somebody else sees to it. */
async function applyChange(
	deps: ApplyDependencies,
	instance: Instance,
	change: DueChange,
): Promise<Error | undefined> {
	try {
		await bringAbout(deps, instance, change);
		return undefined;
	} catch (error) {
		// No workflow is to blame.
		deps.stopping.throwIfAborted();
		if (error instanceof NotAsWanted || error instanceof SwitchedOff) return error;
		if (!(error instanceof LmaError)) deps.report(change.workflowId, error);
		return toLmaError(error);
	}
}

/** Says something of the instance, not of one workflow. */
function isOfInstance(error: Error): boolean {
	return error instanceof N8nError && (error.kind === 'unauthorized' || error.traits.canRetry);
}

function failureOf({ workflowId, attempts }: DueChange, error: Error) {
	return {
		workflowId,
		error: sentenceOf(error),
		retrySeconds: retryDelaySeconds(attempts + 1, Math.random()),
	};
}

function sentenceOf(error: Error): string {
	const text = error instanceof LmaError ? error.sentences : error.message;
	return /[.?!]$/.test(text) ? text : `${text}.`;
}
