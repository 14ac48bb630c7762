import { z } from 'zod/v4';

import { rowLimit, rowOffset, text } from '../input/field';
import { type CursorPosition, type ListIdentity, LONGEST_CURSOR, readCursor, writeCursor } from './cursor';

/** Which part of a list to give. */
export const pageFields = {
	limit: rowLimit,
	offset: rowOffset,
	/** Only what comes after the row with this cursor. The conditions and the order must be those that it was made with. */
	afterCursor: text(LONGEST_CURSOR).optional(),
	/** Gives each row its `cursor`. */
	includeCursor: z.boolean({ error: 'must be true or false; choose one of them' }).default(false),
};

interface Page {
	limit: number | null;
	offset: number;
	afterCursor?: string | undefined;
	includeCursor: boolean;
}

/** A row of a list, with its place in it where that was asked for. */
export type Listed<Row> = Row & {
	/** The row's place in the list, for the next page's *After Cursor*. Only with *Include Cursor*. */
	cursor?: string;
};

/** A check for the schema of a list: the cursor has to be one of the list that is asked for. */
export function cursorFits<Filter extends Page>(identityOf: (filter: Filter) => ListIdentity) {
	return ({ value: filter, issues }: z.core.ParsePayload<Filter>): void => {
		if (filter.afterCursor === undefined) return;
		const { problem } = readCursor(filter.afterCursor, identityOf(filter));
		if (problem) issues.push({ code: 'custom', input: filter, path: ['afterCursor'], message: problem });
	};
}

/** The conditions of a filter: all of it but the page and the order. */
export function conditionsOf<Filter extends Page>({
	limit: _limit,
	offset: _offset,
	afterCursor: _afterCursor,
	includeCursor: _includeCursor,
	...conditions
}: Filter) {
	return conditions;
}

/** The place that a checked filter begins after; null for the beginning. */
export function positionOf({ afterCursor }: Page, identity: ListIdentity): CursorPosition | null {
	return afterCursor === undefined ? null : (readCursor(afterCursor, identity).position ?? null);
}

/** The rows of a list, each with its cursor: they were read with the sort keys of their order as `cursorKey`. */
export function withCursors<Row extends { id: number }>(
	rows: readonly (Row & { cursorKey?: CursorPosition['key'] })[],
	identity: ListIdentity,
): Listed<Row>[] {
	return rows.map(
		({ cursorKey = [], ...row }) =>
			({ ...row, cursor: writeCursor(identity, { key: cursorKey, id: row.id }) }) as unknown as Listed<Row>,
	);
}
