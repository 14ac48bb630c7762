import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import { NotFoundError } from '../../domain/error/errors';
import { leadId, userId } from '../../domain/input/field';
import type { ItemResult } from '../../domain/itemResult';
import type { ListIdentity } from '../../domain/list/cursor';
import {
	conditionsOf,
	cursorFits,
	type Listed,
	pageFields,
	positionOf,
	withCursors,
} from '../../domain/list/page';
import type { NewNote, Note } from '../../domain/note/note';
import type { Sql } from '../connection/client';
import { ordinalPlace } from '../connection/error/ordinalPlace';
import { pageOrder, type PageOrder } from '../list/pageOrder';
import { pagePart } from '../list/pagePart';

const NOTE_COLUMNS = ['id', 'organization_id', 'lead_id', 'user_id', 'content', 'created_at', 'updated_at'];

const filterSchema = z.strictObject({
	leadId: leadId.optional(),
	userId: userId.optional(),
	...pageFields,
});

export const noteFilterSchema = filterSchema.check(cursorFits(identityOf));
export type NoteFilter = z.input<typeof noteFilterSchema>;

/** Adds notes in one statement. An unknown lead or author fails that note alone. */
export async function createNotes(sql: Sql, notes: readonly NewNote[]): Promise<ItemResult<Note>[]> {
	const input = notes.map(({ leadId, content, userId }) => ({
		lead_id: leadId,
		content,
		user_id: userId ?? null,
	}));
	const rows = await sql<
		(Note & { askedLeadId: number; leadKnown: boolean; authorUnknown: number | null })[]
	>`
		with given as materialized (
			select e.ordinal, t.lead_id, t.user_id, t.content
			from jsonb_array_elements(${sql.json(input)}) with ordinality as e(fields, ordinal)
			cross join lateral jsonb_populate_record(null::lead_notes, e.fields) as t
		), known as materialized (
			-- In one order, so that a bulk delete cannot wait for this and this for it.
			select l.id
			from leads l
			where l.id in (select lead_id from given)
			order by l.id
			for key share
		), input as materialized (
			select
				known.id is not null as lead_known,
				u.id is not null or given.user_id is null as author_known,
				given.*
			from given
			left join known on known.id = given.lead_id
			left join users u on u.id = given.user_id
		), created as (
			insert into lead_notes (organization_id, lead_id, user_id, content)
			select (select lma.current_organization_id()), lead_id, user_id, content
			from input
			where lead_known and author_known
			order by ordinal
			returning *
		)
		select ${sql(NOTE_COLUMNS.map((column) => `c.${column}`))}, i.lead_id as asked_lead_id, i.lead_known,
			case when not i.author_known then i.user_id end as author_unknown
		from (select *, ${ordinalPlace(sql, 'ordinal', ['lead_known', 'author_known'])} from input) i
		left join (select *, ${ordinalPlace(sql, 'id')} from created) c
			on c.place = i.place and i.lead_known and i.author_known
		order by i.ordinal`;
	return rows.map(({ askedLeadId, leadKnown, authorUnknown, ...row }) => {
		if (!leadKnown) return { error: new NotFoundError('Lead', askedLeadId) };
		if (authorUnknown !== null) return { error: new NotFoundError('User', authorUnknown) };
		return { row };
	});
}

const NEWEST: PageOrder = {
	name: 'created desc',
	keys: ['moment'],
	direction: 'desc',
	columns: (sql) => ({ keys: [sql`n.created_at`], id: sql`n.id` }),
};

function identityOf(filter: z.output<typeof filterSchema>): ListIdentity {
	return { rows: 'notes', order: NEWEST, conditions: conditionsOf(filter) };
}

/** Lists notes, newest first, with cursors where the filter asks for them. One statement. */
export function listNotes(sql: Sql, filter: NoteFilter): PromiseLike<Listed<Note>[]> {
	const checked = parseInput(noteFilterSchema, filter);
	const { leadId, userId, limit, offset, includeCursor } = checked;
	const identity = identityOf(checked);
	const page = pageOrder(sql, NEWEST, { position: positionOf(checked, identity), includeCursor });
	const rows = sql<Listed<Note>[]>`
		select n.*${page.cursorKey}
		from lead_notes n
		where n.organization_id = (select lma.current_organization_id())
			${leadId !== undefined ? sql`and n.lead_id = ${leadId}` : sql``}
			${userId !== undefined ? sql`and n.user_id = ${userId}` : sql``}
			${page.afterCursor}
		order by ${page.orderBy}
		${pagePart(sql, { limit, offset })}`;
	return includeCursor ? rows.then((listed) => withCursors(listed, identity)) : rows;
}

/** Deletes notes in one statement. An unknown note fails alone; naming one twice is no error. It cannot be undone. */
export async function deleteNotes(
	sql: Sql,
	ids: readonly number[],
): Promise<ItemResult<{ id: number; deleted: true }>[]> {
	const rows = await sql<{ id: number }[]>`
		delete from lead_notes
		where organization_id = (select lma.current_organization_id())
			and id in (
				-- In one order, so that two bulk writes cannot wait for each other.
				select n.id
				from lead_notes n
				where n.organization_id = (select lma.current_organization_id())
					and n.id = any(${[...new Set(ids)]}::int[])
				order by n.id
				for update
			)
		returning id`;
	const deleted = new Set(rows.map(({ id }) => id));
	return ids.map((noteId) =>
		deleted.has(noteId)
			? { row: { id: noteId, deleted: true } }
			: { error: new NotFoundError('Note', noteId) },
	);
}
