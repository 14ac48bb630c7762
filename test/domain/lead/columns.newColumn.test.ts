import type { INodeProperties } from 'n8n-workflow';
import { describe, expect, it, vi } from 'vitest';

import { leadsStatement } from '../../../bench/db/data/leads';
import { scaleOf } from '../../../bench/db/scale';
import type { Sql } from '../../../db/connection/client';
import { insertFrom, PATCHED_COLUMNS, TABLE_COLUMNS } from '../../../db/lead/tableColumns';
import { parseInput } from '../../../domain/input/parseInput';
import type { LEAD_COLUMNS } from '../../../domain/lead/columns';
import { leadPatchSchema, newLeadSchema, upsertLeadSchema } from '../../../domain/lead/input';
import type { Lead } from '../../../domain/lead/lead';
import { openLeadFile } from '../../../domain/leadFile/openLeadFile';
import { readFields } from '../../../domain/leadFile/rowReader';
import { scoringRuleSchema } from '../../../domain/scoring/scoringRule';
import { MERGE_RULES, planMerge } from '../../../domain/merge/planMerge';
import { mapperFields } from '../../../nodes/Lma/actions/lead/columnMapper';
import { mergeRuleParameters } from '../../../nodes/Lma/actions/lead/mergeRules';
import { simplify } from '../../../nodes/Lma/actions/lead/simplify';
import { getOperation, listOperations } from '../../../nodes/Lma/actions/operationRegister';
import { writeOperations } from '../../../scripts/nodeDocument/markdown';
import type { Shape } from '../../../scripts/nodeDocument/shapes';
import { createLog } from '../../../worker/log';

vi.mock('../../../domain/lead/columns', async (importActual) => {
	const actual = await importActual<{ LEAD_COLUMNS: typeof LEAD_COLUMNS }>();
	const { HATS } = await import('./hats.js');
	return { LEAD_COLUMNS: { ...actual.LEAD_COLUMNS, ...HATS } };
});

const FIELDS = ['hatColour', 'hatMaker', 'hatSize', 'hatsOwned', 'hatBought', 'hasHat'];

/** In the place of the driver's tag: the text of a fragment. */
function asText(first: TemplateStringsArray | string, ...values: (string | string[])[]): string {
	if (typeof first === 'string') return first;
	return String.raw(
		{ raw: first },
		...values.map((value) => (Array.isArray(value) ? value.join('') : value)),
	);
}

async function* bytesOf(text: string) {
	yield await Promise.resolve(Buffer.from(text));
}

describe('a column that is added to the definition', () => {
	const hats = {
		hatColour: 'DARK_BLUE',
		hatMaker: 'Lock',
		hatSize: 58,
		hatsOwned: ['a'],
		hatBought: '2026-03-01',
	};

	it('is taken when leads are created, updated and imported, and checked', () => {
		for (const schema of [newLeadSchema, upsertLeadSchema, leadPatchSchema]) {
			const lead = {
				...(schema === leadPatchSchema ? { id: 1 } : { email: 'a@x.test' }),
				...hats,
				hasHat: true,
			};
			expect(parseInput<object>(schema, lead)).toMatchObject(lead);
			expect(() => parseInput<object>(schema, { ...lead, hatSize: 99 })).toThrow(
				'hatSize must be a size: 99',
			);
			expect(() => parseInput<object>(schema, { ...lead, hatMaker: 7 })).toThrow(/^hatMaker must be text$/);
		}
	});

	it('is written with its default, patched, and read', () => {
		const columns = ['hat_colour', 'hat_maker', 'hat_size', 'hats_owned', 'hat_bought', 'has_hat'];
		expect(TABLE_COLUMNS.slice(-6)).toEqual(columns);
		expect(PATCHED_COLUMNS.slice(-6)).toEqual(columns);
		const statement = insertFrom(asText as unknown as Sql) as unknown as string;
		expect(statement).toContain(`, ${columns.join(', ')})`);
		expect(statement).toMatch(
			/, coalesce\(hat_colour, GREY\), hat_maker, coalesce\(hat_size, 56\), hats_owned, hat_bought, coalesce\(has_hat, false\)$/,
		);
	});

	it('can be filled in and mapped in the node, as its kind wants it', () => {
		const types = {
			hatColour: 'options',
			hatMaker: 'string',
			hatSize: 'number',
			hatsOwned: 'string',
			hatBought: 'dateTime',
		};
		for (const [operation, collection] of [
			['create', 'additionalFields'],
			['upsert', 'additionalFields'],
			['update', 'updateFields'],
		] as const) {
			const parameters = getOperation('lead', operation).description;
			const options = parameters.find(({ name }) => name === collection)?.options as INodeProperties[];
			const found = options.filter(({ name }) => FIELDS.includes(name));
			expect(Object.fromEntries(found.map(({ name, type }) => [name, type]))).toEqual({
				...types,
				hasHat: 'boolean',
			});
			expect(found.find(({ name }) => name === 'hatColour')).toMatchObject({
				displayName: 'Hat Colour',
				description: 'What Hat Colour is',
				default: 'GREY',
				options: [
					{ name: 'Dark Blue', value: 'DARK_BLUE' },
					{ name: 'Grey', value: 'GREY' },
				],
			});
			expect(mapperFields(operation, []).map(({ id }) => id)).toEqual(expect.arrayContaining(FIELDS));
		}
	});

	it('has a rule for merging, in the node and in what it does', () => {
		expect(mergeRuleParameters.map(({ name }) => name)).toEqual(
			expect.arrayContaining(FIELDS.map((field) => `${field}Rule`)),
		);
		expect(Object.keys(MERGE_RULES).slice(-6)).toEqual(FIELDS);
		const lead = (id: number, hatSize: number) =>
			({ id, hatSize, updatedAt: `2026-01-0${String(id)}`, status: 'NEW' }) as unknown as Lead;
		expect(planMerge(lead(1, 50), [lead(2, 60)], {})).toMatchObject({ sources: { hatSize: 2 } });
	});

	it('is read out of files by its name and other headings', async () => {
		const file = {
			name: 'hats.csv',
			open: () => bytesOf('E-Mail,Hat size,Hatter,Hats owned,Shoe size\na@x.test,58,Lock,a; b,42\n'),
		};
		const { columns, rows } = await openLeadFile(file, {}, [], (option) => option);
		for await (const { cells } of rows()) {
			expect(readFields(cells, columns)).toEqual({
				email: 'a@x.test',
				hatSize: '58',
				hatMaker: 'Lock',
				hatsOwned: ['a', 'b'],
			});
		}
		expect(columns.at(-1)).toMatchObject({ heading: 'Shoe size', target: { leftOut: 'unknown' } });
	});

	it('is scored by rules when its definition says so', () => {
		const rule = (field: string) => ({ name: 'Hatted', field, operator: 'isSet' as const, points: 10 });
		expect(parseInput<object>(scoringRuleSchema, rule('hatMaker'))).toMatchObject({ field: 'hatMaker' });
		expect(() => parseInput<object>(scoringRuleSchema, rule('hatSize'))).toThrow(
			/not a field that can be scored: "hatSize"$/,
		);
	});

	it('is left by Simplify when its definition gives it a place', () => {
		const lead = { id: 1, email: 'a@x.test', ...hats } as unknown as Lead;
		expect(Object.keys(simplify(lead)).at(-1)).toBe('hatMaker');
		expect(simplify(lead)).not.toHaveProperty('hatSize');
	});

	it('is kept out of the log unless errors may repeat it', () => {
		const lines: string[] = [];
		const log = createLog('info', { write: (line) => void lines.push(line) });
		log.info({ lead: hats, row: { hat_maker: 'Lock', hats_owned: ['a'] } }, 'a hat was found');
		expect(JSON.parse(lines[0]!)).toMatchObject({
			lead: { ...hats, hatMaker: '[redacted]', hatsOwned: '[redacted]' },
			row: { hat_maker: '[redacted]', hats_owned: '[redacted]' },
		});
	});

	it('is documented with the parameters of the node', () => {
		const shapes = listOperations().map(({ resource, name }): [string, Shape] => [
			`${resource}.${name}`,
			{ gives: 'one', fields: [] },
		]);
		const page = writeOperations(Object.fromEntries(shapes));
		for (const field of FIELDS) expect(page).toContain(`\`updateFields.${field}\``);
	});

	it('is filled in the data of the benchmark', () => {
		const statement = leadsStatement(scaleOf(1_000));
		for (const column of ['hat_colour', 'hat_maker', 'hat_size', 'hats_owned', 'hat_bought', 'has_hat']) {
			expect(statement.split(column).length, column).toBeGreaterThan(2);
		}
	});
});
