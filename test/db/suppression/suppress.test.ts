import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { checkSends } from '../../../db/communication/checkSend';
import { createLeads } from '../../../db/lead/create';
import { mergeLeads } from '../../../db/merge/mergeLeads';
import { unmergeLeads } from '../../../db/merge/unmergeLeads';
import { suppressLeads, unsuppressLeads } from '../../../db/suppression/suppress';
import type { CommunicationType } from '../../../domain/communication/communication';
import { toAsciiDomain } from '../../../domain/input/emailDomain';
import { parseInput } from '../../../domain/input/parseInput';
import { leadMergeSchema } from '../../../domain/merge/input';
import { suppressSchema, unsuppressSchema } from '../../../domain/outreach/suppression';
import { seedOrganization } from '../../setup/database';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

const ada = {
	email: 'ada@example.com',
	phone: '+43 (1) 234-5678',
	linkedinUrl: 'https://www.linkedin.com/in/ada/',
	firstName: 'Ada',
	lastName: 'L',
};

describe('do not contact', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	let leadId: number;
	beforeAll(async () => {
		acme = await openTenant();
		owner = postgres(acme.database.ownerUrl, { max: 2, onnotice: () => undefined });
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});
	beforeEach(async () => {
		await owner`delete from leads`;
		await owner`delete from suppressions`;
		leadId = await newLead();
	});

	const newLead = async (fields: object = {}) =>
		rowOf(await acme.run((tx) => createLeads(tx, [{ ...ada, ...fields }]))).id;
	const suppress = (...requests: object[]) =>
		acme.run((tx) =>
			suppressLeads(
				tx,
				requests.map((request) => parseInput(suppressSchema, { leadId, ...request })),
			),
		);
	const unsuppress = (request: object = {}) =>
		acme.run((tx) =>
			unsuppressLeads(tx, [parseInput(unsuppressSchema, { leadId, reason: 'do_not_contact', ...request })]),
		);
	const TYPES: CommunicationType[] = ['email', 'call', 'meeting', 'linkedin', 'sms'];
	const reasons = async (id = leadId, isTransactional = false) => {
		const checks = TYPES.map((communicationType) => ({ leadId: id, communicationType, isTransactional }));
		const rows = rowsOf(await acme.run((tx) => checkSends(tx, checks)));
		return rows.map(({ reason }) => reason);
	};
	const all = (reason: string) => TYPES.map(() => reason);
	const ok = all('ok');

	it('holds for one type or all, by reason, until it is lifted', async () => {
		expect(rowOf(await suppress({ communicationTypes: ['email'] }))).toEqual({
			leadId,
			blockedTypes: ['email'],
			suppressions: [false, true].map((isOfAddress) => ({
				communicationType: 'email',
				reason: 'do_not_contact',
				source: 'person',
				isOfAddress,
				userId: null,
				createdAt: expect.any(String) as string,
			})),
		});
		expect(await reasons()).toEqual(['do_not_contact', 'ok', 'ok', 'ok', 'ok']);
		await suppress({}, {});
		expect(await reasons()).toEqual(all('do_not_contact'));
		expect(await reasons(leadId, true)).toEqual(all('do_not_contact'));
		expect(rowOf(await unsuppress({ communicationTypes: ['call', 'sms'] })).blockedTypes).toEqual([
			'email',
			'meeting',
			'linkedin',
		]);
		expect(await reasons()).toEqual(['do_not_contact', 'ok', 'do_not_contact', 'do_not_contact', 'ok']);
		expect(rowOf(await unsuppress())).toEqual({ leadId, blockedTypes: [], suppressions: [] });
		expect(await reasons()).toEqual(ok);
	});

	it('is lifted for one reason alone, that of a bounce where none is named', async () => {
		await suppress({ communicationTypes: ['email'], reason: 'unsubscribed' });
		await suppress({ communicationTypes: ['email'], reason: 'complained' });
		await suppress({ communicationTypes: ['email'], reason: 'address_bounced' });
		const lifted = rowOf(await unsuppress({ reason: undefined }));
		expect(new Set(lifted.suppressions.map(({ reason }) => reason))).toEqual(
			new Set(['complained', 'unsubscribed']),
		);
		await unsuppress({ reason: 'complained' });
		expect((await reasons())[0]).toBe('unsubscribed');
		expect(rowOf(await unsuppress({ reason: 'unsubscribed' })).suppressions).toEqual([]);
	});

	it('that is an unsubscription lets transactional messages pass', async () => {
		await suppress({ communicationTypes: ['email'], reason: 'unsubscribed' });
		expect((await reasons())[0]).toBe('unsubscribed');
		expect((await reasons(leadId, true))[0]).toBe('ok');
	});

	it('holds for whoever has the address, however it is written, also when the lead is deleted and comes again', async () => {
		const twin = await newLead({
			email: ' ADA@Example.com',
			phone: '0043 1 2345678',
			linkedinUrl: 'http://at.linkedin.com/in/ada?utm=x',
		});
		await suppress({});
		expect(await reasons(twin)).toEqual([
			'do_not_contact',
			'do_not_contact',
			'ok',
			'do_not_contact',
			'do_not_contact',
		]);
		await owner`delete from leads`;
		const again = await newLead();
		expect((await reasons(again))[0]).toBe('do_not_contact');
		const other = await newLead({ email: 'other@example.com', phone: '+43 1 999999', linkedinUrl: null });
		expect((await reasons(other))[0]).toBe('ok');
	});

	it('of the lead stays when its address changes; that the address bounced does not', async () => {
		await suppress({ communicationTypes: ['email'] });
		await owner`update leads set email = 'new@example.com' where id = ${leadId}`;
		expect((await reasons())[0]).toBe('do_not_contact');
		await unsuppress();
		await suppress({ communicationTypes: ['email'], reason: 'address_bounced' });
		expect((await reasons())[0]).toBe('address_bounced');
		await owner`update leads set email = 'newest@example.com' where id = ${leadId}`;
		expect((await reasons())[0]).toBe('ok');
	});

	it('because an address bounced is an error where there is none, and stores nothing; others are stored', async () => {
		const bare = await newLead({ email: 'bare@example.com', phone: null, linkedinUrl: null });
		const reason = 'address_bounced';
		const [meeting, partly, phone, all, ofMail] = await suppress(
			{ communicationTypes: ['meeting'], reason },
			{ communicationTypes: ['email', 'meeting'], reason },
			{ leadId: bare, communicationTypes: ['sms', 'call'], reason },
			{ leadId: bare, reason },
			{ leadId: bare, communicationTypes: ['call'] },
		);
		expect(meeting?.error?.message).toBe(
			`Lead ${leadId} has no address that could have bounced for the type meeting`,
		);
		expect(partly?.error).toMatchObject({ code: 'INVALID_VALUE', field: 'communicationTypes' });
		expect(phone?.error?.message).toBe(
			`Lead ${bare} has no address that could have bounced for the types call, sms`,
		);
		expect(await reasons()).toEqual(ok);
		expect(all?.row?.blockedTypes).toEqual(['email', 'call']);
		expect(ofMail?.row?.blockedTypes).toEqual(['email', 'call']);
	});

	it('keeps no address, and concerns one organization', async () => {
		await suppress({});
		const rows = await owner`select s::text as text from suppressions s`;
		for (const { text } of rows) expect(text).not.toMatch(/ada|example|2345678/i);
		const globex = await seedOrganization(acme.database.ownerUrl, 'globex');
		const keys = await owner<{ key: string }[]>`
			select lma.address_key(o, 'email', 'ada@example.com', null, null) as key
			from unnest(${[acme.organization.id, globex.id]}::int[]) as o`;
		expect(new Set(keys.map(({ key }) => key)).size).toBe(2);
	});

	it('fails an unknown lead alone, and can be repeated', async () => {
		const [unknown, known] = await suppress({ leadId: 999_999 }, {});
		expect(unknown?.error).toMatchObject({ code: 'LEAD_NOT_FOUND' });
		expect(known?.row?.blockedTypes).toHaveLength(5);
		const before = await owner`select count(*) from suppressions`;
		await suppress({});
		expect(await owner`select count(*) from suppressions`).toEqual(before);
	});

	it('is an event of the lead, set and lifted', async () => {
		await suppress({ communicationTypes: ['email', 'sms'] });
		await unsuppress({ communicationTypes: ['sms'] });
		const events = await owner`
			select activity_type, activity_metadata as metadata
			from activity_logs
			where lead_id = ${leadId}
				and activity_type like 'lead.%suppressed'
			order by id`;
		expect(events).toEqual([
			{
				activity_type: 'lead.suppressed',
				metadata: { after: { communication_types: ['email', 'sms'], reason: 'do_not_contact' } },
			},
			{
				activity_type: 'lead.unsuppressed',
				metadata: { before: { communication_types: ['sms'], reason: 'do_not_contact' } },
			},
		]);
	});

	it('goes to the survivor of a merge, and back when the merge is undone', async () => {
		const duplicate = await newLead({ email: 'dup@example.com', phone: null, linkedinUrl: null });
		await suppress({ leadId: duplicate, communicationTypes: ['email', 'meeting'], reason: 'complained' });
		await suppress({ communicationTypes: ['meeting'], reason: 'complained' });
		const merge = parseInput(leadMergeSchema, { leadId, duplicateIds: [duplicate] });
		const { mergeId } = rowOf(await acme.run((tx) => mergeLeads(tx, [merge])));
		expect(await reasons()).toEqual(['complained', 'ok', 'complained', 'ok', 'ok']);
		await acme.run((tx) => unmergeLeads(tx, [{ mergeId: mergeId!, ifChanged: 'error' }]));
		expect(await reasons()).toEqual(['ok', 'ok', 'complained', 'ok', 'ok']);
		const missing = 'address_missing';
		expect(await reasons(duplicate)).toEqual(['complained', missing, 'complained', missing, missing]);
		const again = rowOf(await acme.run((tx) => mergeLeads(tx, [merge])));
		await owner`delete from leads where id = ${leadId}`;
		expect(again.mergeId).not.toBeNull();
		expect(await owner`select from suppressions where lead_id is not null`).toHaveLength(0);
	});

	it('holds for an address in whatever letters its domain is written', async () => {
		const domains = [
			'münchen.example',
			'пример.рф',
			'例え.テスト',
			'bücher.straße.example',
			'ñandú-españa.example',
		];
		for (const domain of domains) {
			const ascii = toAsciiDomain(domain)!;
			const [written] = await owner<{ ascii: string }[]>`select lma.ascii_domain(${domain}) as ascii`;
			expect(written!.ascii).toBe(ascii);
			const [international, plain] = rowsOf(
				await acme.run((tx) =>
					createLeads(
						tx,
						[`joe@${domain}`, `Joe@${ascii.toUpperCase()}`].map((email) => ({
							email,
							firstName: '',
							lastName: '',
						})),
					),
				),
			);
			const request = parseInput(suppressSchema, { leadId: plain!.id, communicationTypes: ['email'] });
			await acme.run((tx) => suppressLeads(tx, [request]));
			const check = { leadId: international!.id, communicationType: 'email' as const };
			const [checked] = await acme.run((tx) => checkSends(tx, [check]));
			expect(checked!.row).toMatchObject({ decision: 'block', reason: 'do_not_contact' });
		}
	});

	it('of any domain is written as RFC 3492 has it', async () => {
		const letters = fc.constantFrom(...'az09-äßçøžжщяδωאبกあ漢字한'.split(''));
		await fc.assert(
			fc.asyncProperty(fc.array(letters, { minLength: 1, maxLength: 20 }), async (label) => {
				const domain = `${label.join('').normalize('NFC')}.example`;
				const expected = toAsciiDomain(domain);
				fc.pre(expected !== undefined);
				const [encoded] = await owner<{ ascii: string }[]>`select lma.ascii_domain(${domain}) as ascii`;
				expect(encoded!.ascii).toBe(expected);
			}),
			{ numRuns: 200 },
		);
	});
});
