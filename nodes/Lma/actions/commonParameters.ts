import { z } from 'zod/v4';

import { bigId, id, leadId, userId } from '../../../domain/input/field';

/** Ids of the rows that operations work on, by the parameter that they are given in. */
const rows = {
	assignedToId: userId,
	campaignId: id,
	communicationId: bigId,
	leadId,
	noteId: id,
	userId,
	workflowId: id,
};
export type RowParameter = keyof typeof rows;

const flag = z.boolean({ error: 'must be true or false; choose one of them' });
/** Switches that only concern what the node gives. */
const flags = { includeTemplate: flag, returnAll: flag, simplify: flag };
export type FlagParameter = keyof typeof flags;

/** The parameters that mean the same in every operation and that its own schema need not have. */
export const nodeParameters = z.object({ ...rows, ...flags });

/** Each of them alone. */
export const rowSchemas = eachAlone(rows);
export const flagSchemas = eachAlone(flags);

function eachAlone<Shape extends Record<string, z.ZodType>>(shape: Shape) {
	const alone = Object.entries(shape).map(([name, schema]) => [name, z.object({ [name]: schema })]);
	return Object.fromEntries(alone) as Record<keyof Shape, z.ZodObject>;
}
