import type { z } from 'zod/v4';

import { ValidationError } from '../error/errors';
import { readInput } from './readInput';

/**
 * Reads `value` with a schema, or throws a `ValidationError` that names every bad field, its value where the schema says that it
 * is nothing personal, and what it should be.
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
	const { data, problems } = readInput(schema, value);
	if (problems) throw ValidationError.of(problems);
	return data;
}
