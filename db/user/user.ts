import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import { label, rowLimit, rowOffset, text } from '../../domain/input/field';
import { type ItemResult, resultsById } from '../../domain/itemResult';
import { type User, USER_ROLES } from '../../domain/user/user';
import type { Sql } from '../connection/client';
import { containing } from '../connection/pattern';

const USER_COLUMNS = [
	'id',
	'email',
	'username',
	'first_name',
	'last_name',
	'role',
	'is_active',
	'is_verified',
	'timezone',
	'preferences',
	'avatar_url',
	'created_at',
	'updated_at',
	'last_login',
	'organization_id',
];

export const userFilterSchema = z.strictObject({
	role: z.array(label(USER_ROLES)).optional(),
	isActive: z.boolean().optional(),
	/** Part of a name or an address. */
	search: text(255).optional(),
	limit: rowLimit,
	offset: rowOffset,
});
export type UserFilter = z.input<typeof userFilterSchema>;

/** Lists the organization's users by name. One statement. */
export function listUsers(sql: Sql, filter: UserFilter) {
	const { role, isActive, search, limit, offset } = parseInput(userFilterSchema, filter);
	const pattern = search && containing(search);
	return sql<User[]>`
		select ${userColumns(sql)}
		from users u
		where u.organization_id = (select lma.current_organization_id())
			${role ? sql`and u.role = any(${role}::user_role_enum[])` : sql``}
			${isActive !== undefined ? sql`and u.is_active = ${isActive}` : sql``}
			${
				pattern
					? sql`and (u.email ilike ${pattern} or concat_ws(' ', u.first_name, u.last_name) ilike ${pattern})`
					: sql``
			}
		order by u.last_name, u.first_name, u.id
		limit ${limit}
		offset ${offset}`;
}

/** Finds users by id in one statement, one result per id in the same order. */
export async function findUsers(sql: Sql, ids: readonly number[]): Promise<ItemResult<User>[]> {
	const rows = await sql<User[]>`
		select ${userColumns(sql)}
		from users u
		where u.organization_id = (select lma.current_organization_id())
			and u.id = any(${[...new Set(ids)]}::int[])`;
	return resultsById('User', ids, new Map(rows.map((row) => [row.id, row])));
}

function userColumns(sql: Sql) {
	return sql(USER_COLUMNS.map((column) => `u.${column}`));
}
