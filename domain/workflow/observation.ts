import { z } from 'zod/v4';

import { contentOf, type WorkflowContent, type WorkflowVersion, versionOf } from './content';
import { editsBetween, type WorkflowEdits } from './edits';
import { wordsOfEdits } from './editWords';
import { describeWorkflow } from './fingerprint';
import type { N8nWorkflow } from './n8nWorkflow';
import { reachOf } from './reach';
import type { RemoteWorkflow } from './remoteWorkflow';
import { crossingOf, type Ownership, type Surroundings, surroundingsKey } from './surroundings';

/** What n8n says of a workflow, compared with what was last written there and with what its organization may use. */
export interface Observation extends RemoteWorkflow {
	draftEdits: WorkflowEdits | null;
	publishedEdits: WorkflowEdits | null;
	editsInWords: string | null;
	/** In what it reaches beyond its organization, in words. */
	crossing: string | null;
	/** The version that runs does, and is to be ended: not where nothing is mapped at all, so that rather the mapping is missing. */
	isCrossingPublished: boolean;
	/** Under which surroundings that was found. */
	judgedBy: string;
}

/** What is known of a workflow before n8n is looked at. */
export interface Known {
	/** What the worker last wrote, as n8n had it then; null when it never did. */
	written: WorkflowContent | null;
	/** Something is wanted of it. */
	isWanted: boolean;
}

/** Compares one workflow. Costs a hash of all its nodes; do it only of what changed. */
export function observe(
	workflow: N8nWorkflow,
	{ written, isWanted }: Known,
	surroundings: Surroundings,
	ownership: Ownership,
): Observation {
	const published = publishedVersionOf(workflow);
	const draftEdits = written && editsBetween(written, contentOf(workflow));
	const publishedEdits = written && published && editsBetween(written, versionOf(published));
	// Where nothing is mapped and nobody else is there, what people do in their own n8n is their own affair.
	const isFenced = surroundings.isShared || Object.keys(surroundings.credentials).length > 0;
	const judge = (version: WorkflowVersion) =>
		isWanted || isFenced
			? crossingOf(reachOf({ ...version, settings: workflow.settings }), surroundings, ownership)
			: null;
	const publishedCrossing = published && judge(published);
	return {
		...describeWorkflow(workflow),
		draftEdits,
		publishedEdits,
		editsInWords: wordsOfEdits({
			draft: draftEdits,
			published: publishedEdits,
			isPublished: published !== null,
		}),
		crossing: judge(workflow) ?? publishedCrossing,
		isCrossingPublished: isFenced && publishedCrossing !== null,
		judgedBy: surroundingsKey(surroundings),
	};
}

const version = z.object({
	nodes: z.array(z.record(z.string(), z.unknown())),
	connections: z.record(z.string(), z.unknown()),
});

/** The version that runs; null when none is published, or n8n does not say which. */
function publishedVersionOf(workflow: N8nWorkflow): WorkflowVersion | null {
	const { active, isArchived, versionId, activeVersionId, activeVersion } = workflow;
	if (!active || isArchived) return null;
	if (!activeVersionId || activeVersionId === versionId) return workflow;
	return version.safeParse(activeVersion).data ?? null;
}
