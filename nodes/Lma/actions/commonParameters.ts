import { z } from 'zod/v4';

import { type FieldFacts, factsOfField } from '../../../domain/input/facts';
import { campaignId, communicationId, leadId, noteId, userId, workflowId } from '../../../domain/input/field';

/** Ids of the rows that operations work on, by the parameter that they are given in. */
const rows = {
	assignedToId: userId,
	campaignId,
	communicationId,
	leadId,
	noteId,
	userId,
	workflowId,
};
export type RowParameter = keyof typeof rows;

const flag = z.boolean({ error: 'must be true or false; choose one of them' });
/** Switches that only concern what the node gives. */
const flags = { includeTemplate: flag, returnAll: flag, simplify: flag };
export type FlagParameter = keyof typeof flags;

/**
 * The parameters that mean the same in every operation and that its own schema need not have.
 *
 * @internal tests look at what is known of each parameter
 */
export const nodeParameters = z.object({ ...rows, ...flags });

/** What is known of a parameter: of the operation's own field, else of the one that every operation has. */
export function factsOfParameter(schema: z.ZodType | undefined, name: string): FieldFacts {
	return (schema && factsOfField(schema, name)) ?? factsOfField(nodeParameters, name) ?? {};
}

/** Each of them alone. */
export const rowSchemas = eachAlone(rows);
export const flagSchemas = eachAlone(flags);

function eachAlone<Shape extends Record<string, z.ZodType>>(shape: Shape) {
	const alone = Object.entries(shape).map(([name, schema]) => [name, z.object({ [name]: schema })]);
	return Object.fromEntries(alone) as Record<keyof Shape, z.ZodObject>;
}
