/**
 * What n8n's list of nodes says of both nodes. It shows them as one entry, "LMA", with the text of the trigger, also to
 * somebody who looks for an action (n8n 2.40, `generateMergedNodesAndActions`).
 */
export const CREATOR_TEXT =
	'Create, score and assign leads, log and schedule communications with them, and start workflows when something happens to them';
