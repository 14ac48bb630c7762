import { type Audience, readTargetCriteria } from '../../domain/campaign/targetCriteria';
import { type LmaError, ValidationError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { typeFilters } from '../lead/typeFilters';

/** What criteria say, with the error of those that are unclear for what they say of custom fields. */
export type TypedAudience = Audience & { error?: LmaError };

/**
 * Reads criteria from wherever they come, those on custom fields as a list of leads does: by the types that the organization has
 * registered, days in UTC. One that cannot be compared, or has a key that there is not, is unclear. Two statements, however many
 * criteria; none when they do not speak of custom fields.
 */
export async function readAudiences(sql: Sql, criteria: readonly unknown[]): Promise<TypedAudience[]> {
	const audiences = criteria.map(readTargetCriteria);
	const filters = audiences.flatMap((audience) => ('filter' in audience ? audience.filter : []));
	const typed = (await typeFilters(sql, filters)).values();
	return audiences.map((audience): TypedAudience => {
		if (!('filter' in audience)) return audience;
		const next = typed.next().value;
		if (!next) throw new Error('Typing gave fewer filters than it had');
		return next.error ? unclear(next.error) : { ...audience, filter: next.row };
	});
}

function unclear(error: LmaError): TypedAudience {
	if (!(error instanceof ValidationError)) throw error;
	const problems = error.problems.map(({ field, message, description }) => ({
		path: [field],
		message: `${message.slice(field.length).trim()}. ${description.replace(/\.$/, '')}`,
	}));
	const named = error.problems.map(({ field, message, description }) => ({
		field: `targetCriteria.${field}`,
		message: `targetCriteria.${message}`,
		description,
	}));
	return { kind: 'unclear', problems, error: ValidationError.of(named) };
}

/** Writes campaigns whose criteria can be compared with leads; one that says what cannot be of custom fields fails alone. */
export async function writeWithAudience<Input extends { targetCriteria?: unknown }, Row>(
	sql: Sql,
	inputs: readonly Input[],
	write: (clear: readonly Input[]) => Promise<ItemResult<Row>[]>,
): Promise<ItemResult<Row>[]> {
	const audiences = await readAudiences(
		sql,
		inputs.map(({ targetCriteria }) => targetCriteria),
	);
	const clear = inputs.filter((_, index) => !audiences[index]?.error);
	const written = (clear.length > 0 ? await write(clear) : []).values();
	return audiences.map(({ error }) => {
		if (error) return { error };
		const next = written.next().value;
		if (!next) throw new Error('A write gave fewer results than it had inputs');
		return next;
	});
}
