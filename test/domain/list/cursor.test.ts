import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type ListIdentity, LONGEST_CURSOR, readCursor, writeCursor } from '../../../domain/list/cursor';
import type { ListOrder } from '../../../domain/list/listOrder';

const byName: ListOrder = { name: 'name asc', keys: ['text', 'text'] };
const byContact: ListOrder = { name: 'lastContacted desc', keys: ['moment'], isNullable: true };
const leads = (order: ListOrder, conditions: object = {}): ListIdentity => ({
	rows: 'leads',
	order,
	conditions: { ...conditions },
});

describe('a cursor', () => {
	it('names the place that it was made of, whatever the names', () => {
		const name = fc.string({ unit: 'grapheme', maxLength: 100 }).filter((text) => !text.includes('\0'));
		fc.assert(
			fc.property(fc.tuple(name, name), fc.integer({ min: 1 }), fc.object(), (key, id, conditions) => {
				const list = leads(byName, conditions);
				const cursor = writeCursor(list, { key, id });
				expect(cursor).toMatch(/^[\w-]+$/);
				expect(readCursor(cursor, list)).toEqual({ position: { key, id } });
			}),
		);
	});

	it('takes conditions of any name', () => {
		const list = leads(byName, JSON.parse('{ "__proto__": 0, "constructor": 1 }') as object);
		const position = { key: ['', ''], id: 1 };
		expect(readCursor(writeCursor(list, position), list)).toEqual({ position });
	});

	it('fits into its field with the longest names and every condition', () => {
		const conditions = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`aLongCondition${n}`, n]));
		const cursor = writeCursor(leads(byName, conditions), {
			key: ['木'.repeat(100), '木'.repeat(100)],
			id: 1,
		});
		expect(cursor.length).toBeLessThan(LONGEST_CURSOR);
	});

	it.each(['2026-11-30T20:12:00.123456+00:00', '0044-03-15T00:00:00+00:00 BC', 'infinity', null])(
		'keeps a moment as the database has it: %s',
		(moment) => {
			const list = leads(byContact);
			const position = { key: [moment], id: 7 };
			expect(readCursor(writeCursor(list, position), list)).toEqual({ position });
		},
	);

	it('is refused by a list of other rows, in another order or with other conditions, and says which', () => {
		const cursor = writeCursor(leads(byContact, { status: ['NEW'], search: 'ann' }), { key: [null], id: 7 });
		const problem = (list: ListIdentity) => readCursor(cursor, list).problem;
		expect(problem({ ...leads(byContact), rows: 'notes' })).toMatch(
			'is a cursor of another list, not of notes; ',
		);
		expect(problem(leads(byName))).toMatch(
			'is a cursor of a list by lastContacted desc, not by name asc; ask for each page in the same way',
		);
		expect(problem(leads(byContact, { status: ['NEW', 'QUALIFIED'], minScore: 3 }))).toMatch(
			'is a cursor of a list with another minScore, search, status; ',
		);
		expect(
			problem(leads(byContact, { search: 'ann', minScore: undefined, status: ['NEW'] })),
		).toBeUndefined();
	});

	it('is refused when it is none, or has been changed', () => {
		const list = leads(byContact);
		const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
		const wrong = [
			'',
			'hello',
			'{}',
			written(null),
			written({}),
			written([2, 'leads', 'lastContacted desc', [], [null], 7]),
			written([1, 'leads', 'lastContacted desc', [], [null], 0]),
			written([1, 'leads', 'lastContacted desc', [], [null], 7.5]),
			written([1, 'leads', 'lastContacted desc', [], [], 7]),
			written([1, 'leads', 'lastContacted desc', [], ['now'], 7]),
			written([1, 'leads', 'lastContacted desc', [], [5], 7]),
		];
		for (const cursor of wrong) expect(readCursor(cursor, list).problem).toMatch(/^is not a cursor; give/);
		fc.assert(
			fc.property(fc.string(), (text) => {
				expect(readCursor(text, list).position).toBeUndefined();
			}),
		);
	});
});
