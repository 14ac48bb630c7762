import { afterAll, beforeAll, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});

async function create(...companies: string[]): Promise<number[]> {
	const leads = await lma.output(
		'lead.create',
		{
			email: 'same@example.com',
			firstName: 'Ann',
			lastName: 'B',
			additionalFields: { company: '={{ $json.company }}', tags: '={{ $json.company }}' },
		},
		companies.map((company) => ({ company })),
	);
	return leads.map(({ id }) => id as number);
}

test('lead merge shows what it would give, does it, and undoes it', async () => {
	const [survivor, second, third] = (await create('', 'Acme', 'Other Ltd')) as [number, number, number];
	const parameters = {
		leadId: byId(survivor),
		duplicateIds: `${second}, ${third}`,
		rules: { companyRule: 'longest', tagsRule: 'combine', customFieldsRule: 'survivor' },
	};
	const [preview] = await lma.output('lead.merge', { mergeAction: 'preview', ...parameters });
	expect(preview).toMatchObject({ id: survivor, company: 'Other Ltd', isPreview: true, mergeId: null });
	expect(await lma.output('lead.get', { leadId: byId(second) })).toMatchObject([{ company: 'Acme' }]);
	const [merged] = await lma.output('lead.merge', parameters);
	expect(merged).toMatchObject({
		id: survivor,
		company: 'Other Ltd',
		tags: ['Acme', 'Other Ltd'],
		isPreview: false,
		mergedIds: [second, third],
		changedFields: ['company', 'tags'],
	});
	expect(await lma.output('lead.get', { leadId: byId(second) })).toMatchObject([
		{ id: survivor, redirectedFromId: second },
	]);
	const [undone] = await lma.output('lead.merge', {
		mergeAction: 'undo',
		mergeId: merged?.mergeId as number,
	});
	expect(undone).toMatchObject({ id: survivor, company: null, restoredIds: [second, third] });
	expect(await lma.output('lead.get', { leadId: byId(second) })).toMatchObject([
		{ id: second, company: 'Acme', tags: ['Acme'] },
	]);
});

test('lead merge takes pairs, an item each', async () => {
	const [survivor, second, third] = (await create('A', 'B', 'C')) as [number, number, number];
	const { outputs } = await lma.run(
		'lead.merge',
		{ leadId: byId('={{ $json.keep }}'), duplicateIds: '={{ $json.drop }}' },
		[
			{ keep: survivor, drop: second },
			{ keep: survivor, drop: [third] },
		],
	);
	expect(outputs[0]?.map(({ json, pairedItem }) => [json.mergedIds, json.tags, pairedItem])).toEqual([
		[[second], ['A', 'B', 'C'], { item: 0 }],
		[[third], ['A', 'B', 'C'], { item: 1 }],
	]);
});

test('lead merge refuses what makes no sense, for its item alone, and changes nothing by it', async () => {
	const [survivor, second] = (await create('A', 'B')) as [number, number];
	const { outputs } = await lma.run(
		'lead.merge',
		{
			mergeAction: '={{ $json.action }}',
			leadId: byId('={{ $json.keep }}'),
			duplicateIds: '={{ $json.drop }}',
			rules: { scoreRule: '={{ $json.rule }}' },
			mergeId: '={{ $json.merge }}',
		},
		[
			{ action: 'merge', keep: survivor, drop: survivor },
			{ action: 'merge', keep: survivor, drop: '' },
			{ action: 'merge', keep: survivor, drop: 'abc' },
			{ action: 'merge', keep: survivor, drop: [second, -1] },
			{ action: 'merge', keep: survivor, drop: [999_999] },
			{ action: 'merge', keep: survivor, drop: [second], rule: 'longest' },
			{ action: 'explode', keep: survivor, drop: [second] },
			{ action: 'undo', merge: '999999999999' },
			{ action: 'undo', merge: "1'; drop table leads" },
			{ action: 'preview', keep: survivor, drop: [second] },
		],
		{ onError: 'continueErrorOutput' },
	);
	expect(outputs[1]?.map(({ json }) => (json.error as string).split('. ')[0])).toEqual([
		`duplicateIds: lead ${survivor} cannot be merged into itself`,
		'duplicateIds is missing',
		'duplicateIds.0 must be the number of an existing row: "abc"',
		'duplicateIds.1 must be the number of an existing row: -1',
		'Lead 999999 not found, given as duplicateIds',
		'rules.score must be one of survivor, firstNotEmpty, newest, oldest, highest, lowest: "longest"',
		'mergeAction must be one of merge, preview, undo',
		'Merge 999999999999 not found, given as mergeId',
		'mergeId must be the number of a merge: "1\'; drop table leads"',
	]);
	expect(outputs[0]).toMatchObject([{ json: { id: survivor, isPreview: true }, pairedItem: { item: 9 } }]);
	expect(await lma.output('lead.get', { leadId: byId(second) })).toMatchObject([{ id: second }]);
});
