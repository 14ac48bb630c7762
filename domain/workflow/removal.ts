import { z } from 'zod/v4';

import { label, workflowId } from '../input/field';

/** What may be wanted of n8n when a workflow is no longer registered. */
const REMOVALS = ['archive', 'delete'] as const;
export type Removal = (typeof REMOVALS)[number];

/** A workflow that is to be registered no longer, and what becomes of it in n8n: by itself, it stays there as it is. */
export const unregistrationSchema = z.strictObject({
	workflowId,
	inN8n: label(['keep', ...REMOVALS]).default('keep'),
});
export type Unregistration = z.output<typeof unregistrationSchema>;
