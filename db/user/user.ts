import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import { label, text } from '../../domain/input/field';
import { type ItemResult, resultsById } from '../../domain/itemResult';
import type { ListIdentity } from '../../domain/list/cursor';
import {
	conditionsOf,
	cursorFits,
	type Listed,
	pageFields,
	positionOf,
	withCursors,
} from '../../domain/list/page';
import { type User, USER_ROLES } from '../../domain/user/user';
import type { Sql } from '../connection/client';
import { containing } from '../connection/pattern';
import { pageOrder, type PageOrder } from '../list/pageOrder';
import { pagePart } from '../list/pagePart';

/** What a reader sees of a user. */
export const USER_COLUMNS = [
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

const filterSchema = z.strictObject({
	role: z.array(label(USER_ROLES)).optional(),
	isActive: z.boolean().optional(),
	/** Part of a name or an address. */
	search: text(255).optional(),
	...pageFields,
});

export const userFilterSchema = filterSchema.check(cursorFits(identityOf));
export type UserFilter = z.input<typeof userFilterSchema>;

const BY_NAME: PageOrder = {
	name: 'name',
	keys: ['text', 'text'],
	direction: 'asc',
	columns: (sql) => ({ keys: [sql`u.last_name`, sql`u.first_name`], id: sql`u.id` }),
};

function identityOf(filter: z.output<typeof filterSchema>): ListIdentity {
	return { rows: 'users', order: BY_NAME, conditions: conditionsOf(filter) };
}

/** Lists the organization's users by name, with cursors where the filter asks for them. One statement. */
export function listUsers(sql: Sql, filter: UserFilter): PromiseLike<Listed<User>[]> {
	const checked = parseInput(userFilterSchema, filter);
	const { role, isActive, search, limit, offset, includeCursor } = checked;
	const identity = identityOf(checked);
	const page = pageOrder(sql, BY_NAME, { position: positionOf(checked, identity), includeCursor });
	const pattern = search && containing(search);
	const rows = sql<Listed<User>[]>`
		select ${userColumns(sql)}${page.cursorKey}
		from users u
		where u.organization_id = (select lma.current_organization_id())
			${role ? sql`and u.role = any(${role}::user_role_enum[])` : sql``}
			${isActive !== undefined ? sql`and u.is_active = ${isActive}` : sql``}
			${
				pattern
					? sql`and (u.email ilike ${pattern} or concat_ws(' ', u.first_name, u.last_name) ilike ${pattern})`
					: sql``
			}
			${page.afterCursor}
		order by ${page.orderBy}
		${pagePart(sql, { limit, offset })}`;
	return includeCursor ? rows.then((listed) => withCursors(listed, identity)) : rows;
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
