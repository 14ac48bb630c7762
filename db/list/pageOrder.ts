import type { CursorPosition } from '../../domain/list/cursor';
import type { KeyKind, ListOrder } from '../../domain/list/listOrder';
import type { Fragment, Sql } from '../connection/client';

/** An order of a list that one statement reads: by keys that are never null, then by the id, all in one direction. */
export interface PageOrder extends ListOrder {
	direction: 'asc' | 'desc';
	/** The sort keys of a row and its id, as SQL. */
	columns: (sql: Sql) => { keys: Fragment[]; id: Fragment };
}

const TYPES: Record<KeyKind, string> = { day: 'date', moment: 'timestamptz', number: 'int', text: 'text' };

/** The parts of a statement that gives a page of a list in this order. */
export function pageOrder(
	sql: Sql,
	order: PageOrder,
	{ position, includeCursor }: { position: CursorPosition | null; includeCursor: boolean },
) {
	const { keys, id } = order.columns(sql);
	const direction = sql.unsafe(order.direction);
	const row = listed(sql, [...keys, id]);
	return {
		/** `, … as cursor_key` for the select list where cursors are asked for: in JSON, which keeps all digits of a time. */
		cursorKey: includeCursor ? sql`, jsonb_build_array(${listed(sql, keys)}) as cursor_key` : sql``,
		/** `and …`: only what comes after the place. One comparison of rows, as an index has them. */
		afterCursor: position
			? sql`and (${row}) ${sql.unsafe(order.direction === 'asc' ? '>' : '<')} (${valuesOf(sql, order, position)})`
			: sql``,
		/** For `order by`. */
		orderBy: listed(
			sql,
			[...keys, id].map((key) => sql`${key} ${direction}`),
		),
	};
}

function valuesOf(sql: Sql, { keys }: PageOrder, { key, id }: CursorPosition) {
	const values = keys.map((kind, n) => sql`${key[n] ?? null}::${sql.unsafe(TYPES[kind])}`);
	return listed(sql, [...values, sql`${id}::bigint`]);
}

function listed(sql: Sql, parts: readonly Fragment[]) {
	// An empty array would be a parameter.
	return parts.length === 0 ? sql`` : sql`${parts.map((part, n) => (n === 0 ? part : sql`, ${part}`))}`;
}
