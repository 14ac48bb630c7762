import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createLeads } from '../../../db/lead/create';
import { tagLeads } from '../../../db/lead/tag';
import { parseInput } from '../../../domain/input/parseInput';
import { type LeadTagging, leadTaggingSchema, TAG_ACTIONS } from '../../../domain/lead/tagging';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

const tagging = (fields: object) => parseInput(leadTaggingSchema, { tagAction: 'add', ...fields });

describe('tagLeads', () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
	});
	afterAll(() => acme.close());

	async function create(tags: string[] | undefined): Promise<number> {
		return rowOf(
			await acme.run((tx) => createLeads(tx, [{ email: 'a@x.test', firstName: '', lastName: '', tags }])),
		).id;
	}
	const tag = (taggings: LeadTagging[]) => acme.run((tx) => tagLeads(tx, taggings));

	it('adds behind what is there, removes what is there, and says which', async () => {
		const id = await create(['a', 'b']);
		expect(rowOf(await tag([tagging({ id, tags: ['b', 'c, d'] })]))).toMatchObject({
			tags: ['a', 'b', 'c, d'],
			tagsAdded: ['c, d'],
			tagsRemoved: [],
		});
		expect(rowOf(await tag([tagging({ id, tagAction: 'remove', tags: ['a', 'z'] })]))).toMatchObject({
			tags: ['b', 'c, d'],
			tagsAdded: [],
			tagsRemoved: ['a'],
		});
		expect(rowOf(await tag([tagging({ id, tagAction: 'replace', tags: ['x', 'b'] })]))).toMatchObject({
			tags: ['x', 'b'],
			tagsAdded: ['x'],
			tagsRemoved: ['c, d'],
		});
		expect(rowOf(await tag([tagging({ id, tagAction: 'replace', tags: [] })])).tags).toEqual([]);
	});

	it('does not touch a lead whose tags stay as they are', async () => {
		const id = await create(['a']);
		const before = rowOf(await tag([tagging({ id, tags: [] })]));
		const after = rowOf(await tag([tagging({ id, tags: ['a'] })]));
		expect(after.updatedAt).toBe(before.updatedAt);
		const untagged = await create(undefined);
		expect(rowOf(await tag([tagging({ id: untagged, tagAction: 'remove', tags: ['a'] })])).tags).toBeNull();
	});

	it('comes to the same for a lead named several times as one after the other', async () => {
		const letters = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 });
		const step = fc.record({ tagAction: fc.constantFrom(...TAG_ACTIONS), tags: letters });
		await fc.assert(
			fc.asyncProperty(letters, fc.array(step, { minLength: 1, maxLength: 5 }), async (start, steps) => {
				const id = await create(start);
				const together = rowsOf(await tag(steps.map((fields) => tagging({ id, ...fields })))).at(-1)!;
				const expected = new Set(start);
				for (const { tagAction, tags } of steps) {
					if (tagAction === 'replace') expected.clear();
					for (const one of tags) {
						if (tagAction === 'remove') expected.delete(one);
						else expected.add(one);
					}
				}
				expect([...together.tags!].sort()).toEqual([...expected].sort());
				expect([...together.tagsAdded].sort()).toEqual(
					[...expected].filter((one) => !start.includes(one)).sort(),
				);
			}),
			{ numRuns: 60, seed: 3 },
		);
	});

	it('loses no tag when fifty are added and fifty removed at once', async () => {
		const old = Array.from({ length: 50 }, (_, n) => `old${n}`);
		const id = await create(old);
		await Promise.all(
			old.flatMap((one, n) => [
				tag([tagging({ id, tags: [`new${n}`] })]),
				tag([tagging({ id, tagAction: 'remove', tags: [one] })]),
			]),
		);
		const { tags } = rowOf(await tag([tagging({ id, tags: [] })]));
		expect(tags!.sort()).toEqual(Array.from({ length: 50 }, (_, n) => `new${n}`).sort());
	});

	it('fails alone for an unknown lead, for too many tags and for what is no list', async () => {
		const [good, full, strange] = [
			await create(['a']),
			await create(Array.from({ length: 100 }, (_, n) => `t${n}`)),
			await create([]),
		];
		await acme.run((tx) => tx`update leads set tags = '{"a": 1}' where id = ${strange}`);
		const results = await tag([
			tagging({ id: good, tags: ['b'] }),
			tagging({ id: 777_777, tags: ['b'] }),
			tagging({ id: full, tags: ['b'] }),
			tagging({ id: strange, tags: ['b'] }),
		]);
		expect(results.map(({ row, error }) => error?.message ?? row?.tags)).toEqual([
			['a', 'b'],
			'Lead 777777 not found',
			`Lead ${full} would have 101 tags; the maximum is 100`,
			`The tags of lead ${strange} are not a list`,
		]);
		expect(rowOf(await tag([tagging({ id: full, tagAction: 'remove', tags: ['t0'] })])).tags).toHaveLength(
			99,
		);
	});

	it('takes as many statements for five thousand leads as for one', async () => {
		const leads = Array.from({ length: 5000 }, (_, n) => ({
			email: `l${n}@x.test`,
			firstName: '',
			lastName: '',
		}));
		const created = rowsOf(await acme.run((tx) => createLeads(tx, leads)));
		const before = acme.statements.length;
		await tag([tagging({ id: created[0]!.id, tags: ['one'] })]);
		const one = acme.statements.length - before;
		await tag(created.map(({ id }) => tagging({ id, tags: ['all'] })));
		expect(acme.statements.length - before - one).toBe(one);
	});
});
