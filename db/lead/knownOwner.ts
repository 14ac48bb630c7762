import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';

interface Owned {
	assignedToId?: number | null | undefined;
}

/**
 * Writes inputs that are to be merged, such as two patches of one lead. An input whose owner is not a user of the
 * organization fails alone: it is taken out first, for after the merge nobody could tell whose error it was, and a
 * later input might have hidden it. One statement more, when inputs name owners.
 */
export async function writeKnownOwners<Input extends Owned, Row>(
	sql: Sql,
	inputs: readonly Input[],
	write: (known: readonly Input[]) => Promise<ItemResult<Row>[]>,
): Promise<ItemResult<Row>[]> {
	const named = new Set(
		inputs.map(({ assignedToId }) => assignedToId).filter((id) => typeof id === 'number'),
	);
	if (named.size === 0) return await write(inputs);
	const users = await sql<{ id: number }[]>`
		select id
		from users
		where id = any(${[...named]}::int[])`;
	for (const { id } of users) named.delete(id);
	const known = inputs.filter(({ assignedToId }) => !isNamed(named, assignedToId));
	const written = (known.length > 0 ? await write(known) : []).values();
	const results: ItemResult<Row>[] = [];
	for (const { assignedToId } of inputs) {
		const next = isNamed(named, assignedToId)
			? { error: new NotFoundError('User', assignedToId) }
			: written.next().value;
		if (next) results.push(next);
	}
	return results;
}

function isNamed(unknown: ReadonlySet<number>, id: number | null | undefined): id is number {
	return typeof id === 'number' && unknown.has(id);
}
