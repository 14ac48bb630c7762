import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { asOwner } from '../../../db/connection/owner';
import { removeCustomField, setCustomField } from '../../../db/customField/customField';
import { createLeads } from '../../../db/lead/create';
import { findLeads } from '../../../db/lead/find';
import { updateLeads } from '../../../db/lead/update';
import { upsertLeads } from '../../../db/lead/upsert';
import type { CustomFieldInput } from '../../../domain/customField/customField';
import { openTenant, type TestTenant } from '../../setup/tenant';

let acme: TestTenant;
let owner: postgres.Sql;

beforeAll(async () => {
	acme = await openTenant();
	owner = postgres(acme.database.ownerUrl, { max: 1, onnotice: () => undefined });
	await register(
		{ key: 'seats', type: 'number' },
		{ key: 'plan', type: 'select', options: ['Gold', 'Big & "Co" 🎯', 'case', 'Case'] },
		{ key: 'topics', type: 'multiSelect', options: ['a', 'b', 'c, d'] },
		{ key: 'signed', type: 'date' },
		{ key: 'trial', type: 'boolean' },
		{ key: 'site', type: 'url' },
		{ key: 'billing', type: 'email' },
		{ key: 'remark', type: 'text' },
	);
});
afterAll(async () => {
	await owner.end();
	await acme.close();
});

async function register(...fields: CustomFieldInput[]) {
	await asOwner(owner, async (tx) => {
		for (const field of fields) await setCustomField(tx, acme.organization.id, field);
	});
}

let count = 0;
const person = (customFields?: Record<string, unknown>) => ({
	email: `custom${String(count++)}@acme.test`,
	firstName: '',
	lastName: '',
	...(customFields && { customFields }),
});

/** The custom fields of a new lead, or the error. */
async function stored(customFields: Record<string, unknown>): Promise<unknown> {
	const [result] = await acme.run((tx) => createLeads(tx, [person(customFields)]));
	return result?.error?.message ?? result?.row?.customFields;
}

describe('values of registered custom fields', () => {
	it.each([
		['seats', '12', 12],
		['seats', ' -4.5e2 ', -450],
		['seats', 0, 0],
		['plan', 'Big & "Co" 🎯', 'Big & "Co" 🎯'],
		['plan', ' gOLD', 'Gold'],
		['plan', 'big_&-"co" 🎯', 'Big & "Co" 🎯'],
		['plan', 'case', 'case'],
		['plan', 'Case', 'Case'],
		['topics', 'a, b,a', ['a', 'b']],
		['topics', ['c, d'], ['c, d']],
		['topics', '["b"]', ['b']],
		['topics', 'A;B', ['a', 'b']],
		['topics', 'c, d', ['c, d']],
		['topics', 'a; C, D', ['a', 'c, d']],
		['topics', [], []],
		['signed', '2026-03-01', '2026-03-01'],
		['signed', '2026-03-01T00:30:00.000+02:00', '2026-03-01'],
		['signed', '2026-03-01 23:30', '2026-03-01'],
		['signed', 'Sun, 01 Mar 2026 23:30:00 -0500', '2026-03-01'],
		['signed', '1 March 2026', '2026-03-01'],
		['signed', 1_772_323_200_000, '2026-03-01'],
		['trial', 'FALSE', false],
		['trial', ' Yes', true],
		['trial', 'n', false],
		['trial', 'off', false],
		['trial', 1, true],
		['site', ' https://example.com/ä?x=1 ', 'https://example.com/ä?x=1'],
		['billing', ' a@b.example ', 'a@b.example'],
		['billing', 'Ann <a&b@b.example>', 'a&b@b.example'],
		['seats', '9007199254740991', 9_007_199_254_740_991],
		['remark', 41, '41'],
		['remark', 'O\'Hara <b>"x"</b>', 'O\'Hara <b>"x"</b>'],
	])('%s takes %j as %j', async (key, given, kept) => {
		expect(await stored({ [key]: given })).toEqual({ [key]: kept });
	});

	it.each([
		['seats', 'a dozen', /^customFields\.seats is not a number$/],
		['seats', '1e999', /is not a number/],
		['seats', '1,200', /is not a number/],
		['seats', '12345678901234567890', /^customFields\.seats is a number beyond 9,007,199,254,740,991/],
		['seats', '-9007199254740993', /is a number beyond/],
		['seats', 2 ** 53, /is a number beyond/],
		['remark', 2 ** 64, /is a number beyond/],
		['free', { deep: [1, 2 ** 53 + 2] }, /^customFields\.free is a number beyond/],
		['signed', '01/02/2026', /does not say which number is the day/],
		['billing', 'a@b.example; c@d.example', /^customFields\.billing holds more than one address/],
		['seats', [1], /is not a number/],
		['plan', 'golden', /^customFields\.plan must be one of Gold, Big & "Co" 🎯, case, Case$/],
		['plan', 'CASE', /must be one of/],
		['plan', '__proto__', /must be one of/],
		['topics', 'a,x', /must be a list, each entry one of a, b, c, d/],
		['topics', { a: 1 }, /must be a list/],
		['signed', '2026-02-30', /is not a date/],
		['signed', 20260301, /is not a date/],
		['trial', 'yes please', /neither true nor false/],
		['site', 'javascript:alert(1)', /is not a web address/],
		['billing', 'nobody', /is not an e-mail address/],
		['remark', 'a\0b', /customFields/],
		['remark', { a: 1 }, /is not text/],
	])('%s refuses %j', async (key, given, message) => {
		expect(await stored({ [key]: given })).toMatch(message);
	});

	it('leave free what is not registered, and take an empty text for none', async () => {
		const free = { anything: { goes: [1, null] }, 'a.b': 1, seats: '', 'Some Key': '' };
		expect(await stored(free)).toEqual({ anything: { goes: [1, null] }, 'a.b': 1, 'Some Key': '' });
	});

	it('fail their lead alone', async () => {
		const results = await acme.run((tx) =>
			createLeads(tx, [person({ seats: 1 }), person({ seats: 'x' }), person(), person({ seats: 2 })]),
		);
		expect(results.map(({ row, error }) => error?.code ?? row?.customFields ?? 'none')).toEqual([
			{ seats: 1 },
			'INVALID_VALUE',
			'none',
			{ seats: 2 },
		]);
	});
});

describe('changes to custom fields', () => {
	it('leave the others, and null takes one away', async () => {
		const [created] = await acme.run((tx) =>
			createLeads(tx, [person({ seats: 1, remark: 'r', old: [null] })]),
		);
		const id = created?.row?.id ?? 0;
		const [updated] = await acme.run((tx) =>
			updateLeads(tx, [
				{ id, customFieldChanges: { seats: '2', remark: null, fresh: null, old2: { x: null } } },
			]),
		);
		expect(updated?.row?.customFields).toEqual({ seats: 2, old: [null], old2: { x: null } });
	});

	it.each([[null], [[1, 2]], ['text']])('start anew where a client has stored %j', async (odd) => {
		const [created] = await acme.run((tx) => createLeads(tx, [person()]));
		const id = created?.row?.id ?? 0;
		await owner`update leads set custom_fields = ${owner.json(odd)}::jsonb where id = ${id}`;
		const [updated] = await acme.run((tx) => updateLeads(tx, [{ id, customFieldChanges: { seats: 3 } }]));
		expect(updated?.row?.customFields).toEqual({ seats: 3 });
	});

	it('of one lead act in order', async () => {
		const [created] = await acme.run((tx) => createLeads(tx, [person({ a: 1, b: 1, c: 1 })]));
		const id = created?.row?.id ?? 0;
		const change = async (...patches: object[]) => {
			const results = await acme.run((tx) =>
				updateLeads(
					tx,
					patches.map((patch) => ({ id, ...patch })),
				),
			);
			return results.at(-1)?.row?.customFields;
		};
		expect(
			await change({ customFieldChanges: { a: 2, b: null } }, { customFieldChanges: { b: 3, c: null } }),
		).toEqual({ a: 2, b: 3 });
		expect(await change({ customFieldChanges: { a: 9 } }, { customFields: { z: 1 } })).toEqual({ z: 1 });
		expect(await change({ customFields: { y: 1 } }, { customFieldChanges: { z: 2 } })).toEqual({
			y: 1,
			z: 2,
		});
	});

	it('by upsert go into a new lead and a known one alike', async () => {
		const email = 'upserted@acme.test';
		const upsert = async (...changes: Record<string, unknown>[]) => {
			const results = await acme.run((tx) =>
				upsertLeads(
					tx,
					changes.map((customFieldChanges) => ({ email, customFieldChanges })),
				),
			);
			return results.at(-1)?.row?.customFields;
		};
		expect(await upsert({ seats: 1, remark: null }, { trial: 'true' })).toEqual({ seats: 1, trial: true });
		expect(await upsert({ trial: null }, { remark: 'r' })).toEqual({ seats: 1, remark: 'r' });
	});

	it('take of candidates what is registered', async () => {
		const [result] = await acme.run((tx) =>
			createLeads(tx, [{ ...person(), customFieldCandidates: { seats: '7', rowNumber: 3, remark: '' } }]),
		);
		expect(result?.row?.customFields).toEqual({ seats: 7 });
	});
});

describe('the register', () => {
	it('asks a new lead for what is required, and lets nobody take it away', async () => {
		await register({ key: 'needed', type: 'number', isRequired: true });
		try {
			expect(await stored({ seats: 1 })).toBe('customFields.needed is missing');
			const [none] = await acme.run((tx) => createLeads(tx, [person()]));
			expect(none?.error?.message).toBe('customFields.needed is missing');
			const [created] = await acme.run((tx) => createLeads(tx, [person({ needed: 0 })]));
			const id = created?.row?.id ?? 0;
			const [taken, other] = await acme.run((tx) =>
				updateLeads(tx, [
					{ id, customFieldChanges: { needed: null } },
					{ id, company: 'Acme' },
				]),
			);
			expect(taken?.error?.message).toBe('customFields.needed cannot be null');
			expect(other?.row).toMatchObject({ company: 'Acme', customFields: { needed: 0 } });
		} finally {
			await asOwner(owner, (tx) => removeCustomField(tx, acme.organization.id, 'needed'));
		}
	});

	it('asks for what is required where an upsert creates a lead, and not where it updates one', async () => {
		const [known] = await acme.run((tx) => createLeads(tx, [person()]));
		const email = known?.row?.email ?? '';
		await register({ key: 'needed', type: 'number', isRequired: true });
		try {
			const [fresh, late] = [person(), person()];
			const results = await acme.run((tx) =>
				upsertLeads(tx, [
					fresh,
					{ email, company: 'Acme' },
					{ ...person(), customFieldChanges: { needed: 1 } },
					person({ needed: 2 }),
					person({ other: 1 }),
					late,
					{ ...late, customFieldChanges: { needed: 3 } },
				]),
			);
			expect(results.map(({ row, error }) => error?.message ?? [row?.action, row?.customFields])).toEqual([
				'customFields.needed is missing',
				['updated', null],
				['created', { needed: 1 }],
				['created', { needed: 2 }],
				'customFields.needed is missing',
				['created', { needed: 3 }],
				['updated', { needed: 3 }],
			]);
			expect(results[2]?.row?.email).not.toBe(results[3]?.row?.email);
		} finally {
			await asOwner(owner, (tx) => removeCustomField(tx, acme.organization.id, 'needed'));
		}
	});

	it('may change a field from text to number: old values stay, new ones are numbers', async () => {
		await register({ key: 'size', type: 'text' });
		const [created] = await acme.run((tx) => createLeads(tx, [person({ size: 'about ten', seats: 1 })]));
		const id = created?.row?.id ?? 0;
		await register({ key: 'size', type: 'number' });
		const update = async (customFieldChanges: Record<string, unknown>) => {
			const [result] = await acme.run((tx) => updateLeads(tx, [{ id, customFieldChanges }]));
			return result?.error?.message ?? result?.row?.customFields;
		};
		expect(await update({ seats: 2 })).toEqual({ size: 'about ten', seats: 2 });
		expect(await update({ size: 'about ten' })).toBe('customFields.size is not a number');
		expect(await update({ size: '10' })).toEqual({ size: 10, seats: 2 });
	});

	it('of another organization counts for nothing', async () => {
		const [globex] = await owner<{ id: number }[]>`
			insert into organizations (name, slug) values ('Globex', 'globex') returning id`;
		await asOwner(owner, (tx) => setCustomField(tx, globex?.id ?? 0, { key: 'theirs', type: 'number' }));
		expect(await stored({ theirs: 'free' })).toEqual({ theirs: 'free' });
	});

	it('that loses a field leaves its values, free from then on', async () => {
		await register({ key: 'gone', type: 'number' });
		const [created] = await acme.run((tx) => createLeads(tx, [person({ gone: 5 })]));
		await asOwner(owner, (tx) => removeCustomField(tx, acme.organization.id, 'gone'));
		const id = created?.row?.id ?? 0;
		expect((await acme.run((tx) => findLeads(tx, [id])))[0]?.row?.customFields).toEqual({ gone: 5 });
		const [updated] = await acme.run((tx) => updateLeads(tx, [{ id, customFieldChanges: { gone: 'free' } }]));
		expect(updated?.row?.customFields).toEqual({ gone: 'free' });
	});
});
