import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { byId, type LmaUnderTest, openLma } from '../lma';

let lma: LmaUnderTest;
let leadId: number;
let foreignLeadId: number;
let foreignUserId: number;
let before: unknown;

beforeAll(async () => {
	lma = await openLma();
	const [lead] = await lma.output('lead.create', { email: 'a@example.com', firstName: 'A', lastName: 'B' });
	leadId = lead?.id as number;
	foreignUserId = lma.globex.userIds[0] ?? 0;
	const [foreign] = await lma.owner<{ id: number }[]>`
		insert into leads (email, first_name, last_name, organization_id)
		values ('x@globex.test', 'X', 'Y', ${lma.globex.id})
		returning id`;
	foreignLeadId = foreign?.id ?? 0;
});
afterAll(async () => {
	await lma.close();
});
beforeEach(async () => {
	before = await everything();
});

/** All that a node could have changed. */
async function everything(): Promise<unknown> {
	const [state] = await lma.owner`
		select
			(select jsonb_agg(l order by id) from leads l) as leads,
			(select jsonb_agg(c order by id) from communications c) as communications,
			(select jsonb_agg(n order by id) from lead_notes n) as notes,
			(select count(*) from activity_logs) as activity`;
	return state;
}

const names = { firstName: 'A', lastName: 'B' };
const newLead = { ...names, email: '={{ $json.good ? "good@example.com" : "bad@example.com" }}' };
const hostile = "Robert'); drop table leads; --";

/** Title, operation, parameters that are wrong unless `$json.good`, field, text in the error. */
const cases: [string, string, () => Record<string, unknown>, string, RegExp][] = [
	['no e-mail address', 'lead.create', () => ({ ...names, email: pick('nobody') }), 'email', /not an e-mail/],
	['an empty e-mail address', 'lead.create', () => ({ ...names, email: pick('') }), 'email', /email/],
	['a score of 140', 'lead.create', () => more({ score: pick(140, 14) }), 'score', /from 0 to 100: 140/],
	['a score of -1', 'lead.create', () => more({ score: pick(-1, 14) }), 'score', /from 0 to 100: -1/],
	['a score in words', 'lead.create', () => more({ score: pick('high', 14) }), 'score', /from 0 to 100/],
	['half a cent', 'lead.create', () => more({ value: pick(0.5, 1) }), 'value', /cents/],
	[
		'an unknown status',
		'lead.create',
		() => more({ status: pick('WON', 'NEW') }),
		'status',
		/one of NEW.*"WON"/,
	],
	[
		'an unknown source',
		'lead.create',
		() => more({ source: pick(hostile, 'OTHER') }),
		'source',
		/one of WEBSITE/,
	],
	[
		'no date',
		'lead.create',
		() => more({ expectedCloseDate: pick('soon', '2027-01-01') }),
		'expectedCloseDate',
		/"soon"/,
	],
	[
		'broken JSON',
		'lead.create',
		() => more({ customFields: pick('{ a: }', '{}') }),
		'customFields',
		/not valid JSON/,
	],
	[
		'JSON that is no object',
		'lead.create',
		() => more({ customFields: pick('[1]', '{}') }),
		'customFields',
		/JSON object/,
	],
	['a NUL byte', 'lead.create', () => more({ company: pick('A\\0B', 'AB') }), 'company', /NUL/],
	[
		'a NUL byte in JSON',
		'lead.create',
		() => more({ customFields: pick('{"a":"\\\\u0000"}', '{}') }),
		'customFields',
		/NUL/,
	],
	['a NUL byte in a tag', 'lead.create', () => more({ tags: pick('a\\0', 'a') }), 'tags', /NUL/],
	[
		'half a character',
		'lead.create',
		() => more({ company: pick('\\ud800', 'AB') }),
		'company',
		/Unicode|surrogate/,
	],
	[
		'a text too long for its column',
		'lead.create',
		() => more({ phone: pick('1'.repeat(51), '1') }),
		'phone',
		/longer than 50/,
	],
	[
		'a user of another organization',
		'lead.create',
		() => more({ assignedToId: pick(foreignUserId, lma.acme.userIds[0]) }),
		'assignedToId',
		/User \d+ not found/,
	],
	[
		'a user of another organization',
		'lead.assign',
		() => ({
			leadId: byId(leadId),
			strategy: 'user',
			assignedToId: pick(foreignUserId, lma.acme.userIds[0]),
		}),
		'assignedToId',
		/User \d+ not found/,
	],
	[
		'a user of another organization',
		'lead.upsert',
		() => more({ assignedToId: pick(foreignUserId, lma.acme.userIds[0]) }),
		'assignedToId',
		/User \d+ not found/,
	],
	[
		'a user of another organization',
		'lead.update',
		() => ({
			leadId: byId(leadId),
			updateFields: { assignedToId: pick(foreignUserId, lma.acme.userIds[0]) },
		}),
		'assignedToId',
		/User \d+ not found/,
	],
	[
		'a user of another organization',
		'note.create',
		() => ({
			leadId: byId(leadId),
			content: 'x',
			additionalFields: { userId: pick(foreignUserId, lma.acme.userIds[0]) },
		}),
		'userId',
		/User \d+ not found/,
	],
	[
		'a user of another organization',
		'communication.log',
		() => ({
			leadId: byId(leadId),
			communicationType: 'call',
			direction: 'inbound',
			additionalFields: { userId: pick(foreignUserId, lma.acme.userIds[0]) },
		}),
		'userId',
		/User \d+ not found/,
	],
	[
		'a lead of another organization',
		'lead.update',
		() => ({ leadId: pick(foreignLeadId, leadId), updateFields: { score: 1 } }),
		'leadId',
		/Lead \d+ not found/,
	],
	[
		'a lead of another organization',
		'note.create',
		() => ({ leadId: pick(foreignLeadId, leadId), content: 'x' }),
		'leadId',
		/Lead \d+ not found/,
	],
	[
		'a lead of another organization',
		'communication.log',
		() => ({ leadId: pick(foreignLeadId, leadId), communicationType: 'call', direction: 'inbound' }),
		'leadId',
		/Lead \d+ not found/,
	],
	[
		'a lead of another organization',
		'lead.changeStatus',
		() => ({ leadId: pick(foreignLeadId, leadId), status: 'NEW' }),
		'leadId',
		/Lead \d+ not found/,
	],
	[
		'SQL for an id',
		'lead.get',
		() => ({ leadId: pick('1 or 1=1', leadId) }),
		'leadId',
		/number of an existing row/,
	],
	[
		'an id past every limit',
		'lead.get',
		() => ({ leadId: pick('99999999999999', leadId) }),
		'leadId',
		/number of an existing row/,
	],
	['no id at all', 'lead.get', () => ({ leadId: pick('', leadId) }), 'leadId', /leadId/],
	[
		'a note of 10 MB',
		'note.create',
		() => ({ leadId: byId(leadId), content: '={{ $json.good ? "x" : "n".repeat(10485760) }}' }),
		'content',
		/longer than 100,000/,
	],
	[
		'an empty note',
		'note.create',
		() => ({ leadId: byId(leadId), content: pick(' ', 'x') }),
		'content',
		/empty/,
	],
	[
		'a date in no format',
		'communication.schedule',
		() => ({
			leadId: byId(leadId),
			communicationType: 'sms',
			content: 'See you',
			scheduledAt: pick('next Monday', '2099-01-01'),
		}),
		'scheduledAt',
		/"next Monday" is not a date/,
	],
	[
		'an unknown type',
		'communication.log',
		() => ({ leadId: byId(leadId), communicationType: pick('fax', 'call'), direction: 'inbound' }),
		'communicationType',
		/one of call/,
	],
	[
		'an unknown status',
		'lead.changeStatus',
		() => ({ leadId: byId(leadId), status: pick(hostile, 'NEW') }),
		'status',
		/one of NEW/,
	],
	[
		'an unknown strategy',
		'lead.assign',
		() => ({ leadId: byId(leadId), strategy: pick('dice', 'roundRobin') }),
		'strategy',
		/one of leastLoaded/,
	],
];

/** An expression that gives the wrong value, or the right one for an item with `good`. */
function pick(wrong: unknown, right: unknown = 'good@example.com'): string {
	// JSON knows no \0; the caller writes the escape out, as a workflow's author would.
	const literal = (value: unknown) => JSON.stringify(value).replaceAll('\\\\', '\\');
	return `={{ $json.good ? ${literal(right)} : ${literal(wrong)} }}`;
}

function more(additionalFields: Record<string, unknown>): Record<string, unknown> {
	return { ...newLead, additionalFields };
}

describe.each(cases)('%s in %s', (_title, operation, parameters, field, text) => {
	test('names item, field and remedy, and changes nothing', async () => {
		const { error } = await lma.run(operation, parameters() as never, [{ good: true }, { good: false }]);
		expect(error?.message).toMatch(text);
		expect(error?.message).toContain(field);
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(error?.message.length).toBeLessThan(300);
		expect(error?.description).toMatch(/\w.*\.$/);
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(await everything()).toEqual(before);
	});

	test('goes to the error output with its item link, while the other item succeeds', async () => {
		const { outputs, error } = await lma.run(
			operation,
			parameters() as never,
			[{ good: false }, { good: true }],
			{
				onError: 'continueErrorOutput',
			},
		);
		expect(error).toBeUndefined();
		expect(outputs[1]).toMatchObject([
			{
				json: {
					good: false,
					error: expect.stringMatching(text) as unknown,
					details: { field: expect.stringContaining(field) as unknown },
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(outputs[0]).toMatchObject([{ pairedItem: { item: 1 } }]);
	});
});

describe('SQL in a text', () => {
	test('is stored as the text it is', async () => {
		const fields = ['company', 'jobTitle', 'phone', 'website', 'linkedinUrl', 'notes'];
		const [lead] = await lma.output('lead.create', {
			email: 'sql@example.com',
			firstName: hostile,
			lastName: hostile,
			additionalFields: {
				...Object.fromEntries(fields.map((name) => [name, hostile])),
				tags: `={{ [${JSON.stringify(hostile)}] }}`,
				customFields: JSON.stringify({ [hostile]: hostile }),
			},
		});
		for (const name of ['firstName', 'lastName', ...fields]) expect(lead?.[name]).toBe(hostile);
		expect(lead).toMatchObject({ tags: [hostile], customFields: { [hostile]: hostile } });
		const found = await lma.output('lead.getMany', { filters: { search: hostile, tag: hostile } });
		expect(found).toMatchObject([{ id: lead?.id }]);
		expect(await lma.output('lead.getMany', { filters: { search: "%' or '1'='1" } })).toEqual([]);
	});
});
