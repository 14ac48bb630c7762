import { afterAll, beforeAll, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
let leadId: number;
beforeAll(async () => {
	lma = await openLma();
	const [lead] = await lma.output('lead.create', { email: 'tag@example.com', firstName: 'A', lastName: 'B' });
	leadId = lead?.id as number;
});
afterAll(async () => {
	await lma.close();
});

test('lead tag adds, removes and replaces tags, each as text with commas or as an array', async () => {
	const tag = async (parameters: Record<string, string>) =>
		(await lma.output('lead.tag', { leadId: byId(leadId), ...parameters }))[0]?.tags;
	expect(await tag({ tags: 'vip, trade fair' })).toEqual(['vip', 'trade fair']);
	expect(await tag({ tagAction: 'add', tags: '={{ ["Vienna, AT"] }}' })).toEqual([
		'vip',
		'trade fair',
		'Vienna, AT',
	]);
	expect(await tag({ tagAction: 'remove', tags: 'vip' })).toEqual(['trade fair', 'Vienna, AT']);
	expect(await tag({ tagAction: 'replace', tags: 'new' })).toEqual(['new']);
	expect(await tag({ tagAction: 'replace', tags: '={{ [] }}' })).toEqual([]);
});

test('lead tag refuses what is no tag, and an action that there is not, for its item alone', async () => {
	const { outputs } = await lma.run(
		'lead.tag',
		{ leadId: byId('={{ $json.lead }}'), tagAction: '={{ $json.action }}', tags: '={{ $json.tags }}' },
		[
			{ lead: leadId, action: 'add', tags: 'fine' },
			{ lead: leadId, action: 'add', tags: '' },
			{ lead: leadId, action: 'add', tags: [' '] },
			{ lead: leadId, action: 'explode', tags: 'a' },
			{ lead: lma.globex.id, action: 'add', tags: { a: 1 } },
			{ lead: 999_999, action: 'add', tags: 'a' },
		],
		{ onError: 'continueErrorOutput' },
	);
	expect(outputs[0]).toMatchObject([
		{ json: { tags: ['fine'], tagsAdded: ['fine'] }, pairedItem: { item: 0 } },
	]);
	expect(outputs[1]?.map(({ json }) => (json.error as string).split('. ')[0])).toEqual([
		'tags is missing',
		'tags.0 contains an empty tag',
		'tagAction must be one of add, remove, replace: "explode"',
		'tags must be a list of texts',
		'Lead 999999 not found, given as leadId',
	]);
});
