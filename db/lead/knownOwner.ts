import { type LmaError, NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import { inactiveUser } from '../../domain/user/inactiveUser';
import type { Sql } from '../connection/client';

interface Owned {
	assignedToId?: number | null | undefined;
}

/** For inputs, in their order, the owners that their leads have now. */
type PresentOwners<Input> = (sql: Sql, inputs: readonly Input[]) => Promise<(number | null)[]>;

/**
 * Why users cannot become owners of leads, by their ids: unknown to the organization, or not active. Those who can are not
 * in it. One statement when users are named.
 */
async function ownerErrors(sql: Sql, userIds: Iterable<number>): Promise<Map<number, LmaError>> {
	const named = new Set(userIds);
	if (named.size === 0) return new Map();
	const users = await sql<{ id: number; isActive: boolean }[]>`
		select id, is_active
		from users
		where id = any(${[...named]}::int[])`;
	const known = new Map(users.map(({ id, isActive }) => [id, isActive]));
	return new Map(
		[...named]
			.filter((id) => known.get(id) !== true)
			.map((id) => [id, known.has(id) ? inactiveUser(id) : new NotFoundError('User', id)]),
	);
}

/** The owners that inputs name, each once: whom `lma.hold_owners` keeps from being deactivated until the leads are written. */
export function namedOwners(inputs: Iterable<Owned>): number[] {
	return [...new Set([...inputs].flatMap(({ assignedToId }) => assignedToId ?? []))];
}

/**
 * Why a statement has refused inputs for their owners. One statement when there are any.
 *
 * @param refused the owners that they name, by whatever the caller knows them by
 */
export async function explainRefusals<Key>(
	sql: Sql,
	refused: ReadonlyMap<Key, number>,
): Promise<Map<Key, { error: LmaError }>> {
	const errors = await ownerErrors(sql, refused.values());
	// Activated just now, they were not when the statement looked.
	return new Map(
		[...refused].map(([key, owner]) => [key, { error: errors.get(owner) ?? inactiveUser(owner) }]),
	);
}

/**
 * Writes inputs that are to be merged, such as two patches of one lead. An input whose owner is not an active user of the
 * organization fails alone, unless the lead is theirs already: it is taken out first, for after the merge nobody could tell
 * whose error it was, and a later input might have hidden it. One statement more when inputs name owners, and one when
 * some of those are not active.
 */
export async function writeKnownOwners<Input extends Owned, Row>(
	sql: Sql,
	inputs: readonly Input[],
	presentOwners: PresentOwners<Input>,
	write: (known: readonly Input[]) => Promise<ItemResult<Row>[]>,
): Promise<ItemResult<Row>[]> {
	const errors = await ownerErrors(
		sql,
		inputs.flatMap(({ assignedToId }) => assignedToId ?? []),
	);
	if (errors.size === 0) return await write(inputs);
	const isAnyInactive = [...errors.values()].some((error) => !(error instanceof NotFoundError));
	const owners = isAnyInactive ? await presentOwners(sql, inputs) : [];
	const refusals = inputs.map(({ assignedToId }, place) =>
		typeof assignedToId === 'number' && owners[place] !== assignedToId ? errors.get(assignedToId) : undefined,
	);
	const known = inputs.filter((_input, place) => !refusals[place]);
	const written = (known.length > 0 ? await write(known) : []).values();
	return refusals.flatMap((error): ItemResult<Row>[] => {
		const result = error ? { error } : written.next().value;
		return result ? [result] : [];
	});
}

/** The owners that leads have now, in the order of their patches; null where there is none. One statement. */
export async function ownersOfLeads(
	sql: Sql,
	patches: readonly { id: number }[],
): Promise<(number | null)[]> {
	const rows = await sql<{ id: number; assignedToId: number | null }[]>`
		select l.id, l.assigned_to_id
		from leads l
		where l.organization_id = (select lma.current_organization_id())
			and l.id = any(${[...new Set(patches.map(({ id }) => id))]}::int[])`;
	const owners = new Map(rows.map(({ id, assignedToId }) => [id, assignedToId]));
	return patches.map(({ id }) => owners.get(id) ?? null);
}
