import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { asOwner } from '../../../../../db/connection/owner';
import { setCustomField } from '../../../../../db/customField/customField';
import { nodeUnderTest } from '../../../../engine/engine';
import { byId, type LmaUnderTest, openLma } from '../../lma';

let lma: LmaUnderTest;

beforeAll(async () => {
	lma = await openLma();
	await asOwner(lma.owner, async (tx) => {
		await setCustomField(tx, lma.acme.id, { key: 'seats', type: 'number' });
		await setCustomField(tx, lma.acme.id, { key: 'plan', type: 'select', options: ['Gold', 'Silver'] });
		await setCustomField(tx, lma.acme.id, { key: 'signed', type: 'date' });
		await setCustomField(tx, lma.acme.id, { key: 'trial', type: 'boolean' });
	});
});
afterAll(() => lma.close());

let count = 0;
const newEmail = () => `invalid${String(count++)}@example.com`;

const wrong = {
	status: 'Won',
	expectedCloseDate: 'someday',
	assignedToId: 'private@nowhere.example',
	customFields: '{ "seats": "many", "plan": "secret plan", "trial": "Yes" }',
};

describe('a lead with several wrong fields', () => {
	test.each(['lead.create', 'lead.upsert'])('is refused naming all of them (%s)', async (operation) => {
		const parameters = { email: 'nobody', additionalFields: wrong };
		const { outputs } = await lma.run(operation, parameters, [{}], { onError: 'continueErrorOutput' });
		const [item] = outputs[1] ?? [];
		const { problems } = item?.json.details as { problems: { field: string; remedy: string }[] };
		expect(problems.map(({ field }) => field).sort()).toEqual([
			'assignedToId',
			'customFields.plan',
			'customFields.seats',
			'email',
			'expectedCloseDate',
			'status',
		]);
		expect(problems.every(({ remedy }) => remedy !== '')).toBe(true);
		expect(item?.json.error).toMatch(/; wrong as well: status, email, .*customFields\.plan/);
		expect(JSON.stringify(item)).not.toMatch(/nobody|private@|secret plan|many/);
	});

	test('is written without them by choice; the item and a hint say which', async () => {
		const email = newEmail();
		const { outputs, run, error } = await lma.run(
			'lead.create',
			{ email, additionalFields: { ...wrong, company: 'Acme' }, options: { onInvalidField: 'omit' } },
			[{}, {}],
		);
		expect(error).toBeUndefined();
		expect(outputs[0]).toHaveLength(2);
		const lead = outputs[0]?.[0]?.json as { invalidFields: { field: string }[] };
		expect(lead).toMatchObject({
			email,
			company: 'Acme',
			status: 'NEW',
			expectedCloseDate: null,
			assignedToId: null,
			customFields: { trial: true },
		});
		expect(lead.invalidFields.map(({ field }) => field).sort()).toEqual([
			'assignedToId',
			'customFields.plan',
			'customFields.seats',
			'expectedCloseDate',
			'status',
		]);
		expect(JSON.stringify(lead)).not.toMatch(/private@|secret plan|many/);
		const hints = run.data.resultData.runData[nodeUnderTest]?.[0]?.hints ?? [];
		expect(hints.map(({ message }) => message).join()).toMatch(
			/^Not stored, as the value is wrong: .*status \(2 items\)/,
		);
	});

	test('is kept as text by choice, until a right value comes', async () => {
		const email = newEmail();
		const options = { onInvalidField: 'keep' };
		const [lead] = await lma.output('lead.upsert', { email, additionalFields: wrong, options });
		expect(lead).toMatchObject({ action: 'created', status: 'NEW' });
		expect(lead?.customFields).toEqual({
			trial: true,
			seats_unchecked: 'many',
			plan_unchecked: 'secret plan',
			status_unchecked: 'Won',
			expectedCloseDate_unchecked: 'someday',
			assignedToId_unchecked: 'private@nowhere.example',
		});
		const right = {
			status: 'closed won',
			expectedCloseDate: '2027-01-05 14:00',
			assignedToId: 'User2 <user2@acme.test>',
			customFields: '{ "seats": "5", "plan": "GOLD" }',
		};
		const [updated] = await lma.output('lead.update', {
			leadId: byId(lead?.id as number),
			updateFields: right,
			options,
		});
		expect(updated).toMatchObject({
			status: 'CLOSED_WON',
			expectedCloseDate: '2027-01-05',
			invalidFields: [],
		});
		expect(updated?.customFields).toEqual({ trial: true, seats: 5, plan: 'Gold' });
	});

	test('stays refused without a right address, whatever the choice', async () => {
		const { error } = await lma.run('lead.create', {
			email: 'a1@x.example; a2@x.example',
			options: { onInvalidField: 'omit' },
		});
		expect(error?.message).toMatch(/^email holds more than one address/);
	});
});

test('dates are read in the order of the locale, in columns and custom fields', async () => {
	const parameters = {
		email: newEmail(),
		additionalFields: { expectedCloseDate: '01/02/2027', customFields: '{ "signed": "3.4.2027" }' },
	};
	const { error } = await lma.run('lead.create', parameters);
	expect(error?.message).toMatch(
		/"01\/02\/2027" may be 1 February 2027 or 2 January 2027; customFields.signed/,
	);
	const [lead] = await lma.output('lead.create', { ...parameters, options: { dateLocale: 'de' } });
	expect(lead).toMatchObject({ expectedCloseDate: '2027-02-01', customFields: { signed: '2027-04-03' } });
	const { error: noLocale } = await lma.run('lead.create', {
		...parameters,
		options: { dateLocale: 'day first' },
	});
	expect(noLocale?.message).toContain('dateLocale is not a locale');
});

test('milliseconds are the day in the zone of the workflow', async () => {
	const at = Date.parse('2027-01-05T00:00:00+09:00');
	const fields = { expectedCloseDate: '={{ $json.at }}', customFields: '={{ { signed: $json.at } }}' };
	const [lead] = await lma.output('lead.create', { email: newEmail(), additionalFields: fields }, [{ at }], {
		timezone: 'Asia/Tokyo',
	});
	expect(lead).toMatchObject({ expectedCloseDate: '2027-01-05', customFields: { signed: '2027-01-05' } });
});

test('a lead is found by an address as people write it', async () => {
	const email = newEmail();
	const [lead] = await lma.output('lead.create', { email: `Ada <${email}>` });
	expect(lead?.email).toBe(email);
	for (const value of [`mailto:${email}`, `"Lovelace, Ada" <${email.toUpperCase()}>`]) {
		const leadId = { __rl: true, mode: 'email', value };
		expect((await lma.output('lead.get', { leadId }))[0]?.id).toBe(lead?.id);
	}
});

test('a number that JavaScript cannot count is refused, wherever it stands', async () => {
	const create = async (customFields: string) => {
		const { error } = await lma.run('lead.create', { email: newEmail(), additionalFields: { customFields } });
		return error?.message;
	};
	expect(await create('{ "order": 12345678901234567890 }')).toMatch(
		/^customFields\.order is a number beyond/,
	);
	expect(await create('{ "seats": "9007199254740993" }')).toMatch(/^customFields\.seats is a number beyond/);
	expect(await create('{ "order": "12345678901234567890" }')).toBeUndefined();
});
