import type { z } from 'zod/v4';

import { withFacts } from './facts';

/**
 * A setting that an organization may have or leave out.
 *
 * @param hint what it is for, in one or two sentences
 * @param standard what applies while it is not set; undefined: nothing does
 */
export function setting<Schema extends z.ZodType>(
	schema: Schema,
	hint: string,
	standard?: unknown,
): z.ZodOptional<Schema> {
	return withFacts(schema.optional(), { hint, standard });
}
