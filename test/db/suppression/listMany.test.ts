import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { listManySuppressions, type SuppressionFilter } from '../../../db/suppression/listMany';
import { suppressLeads, unsuppressLeads } from '../../../db/suppression/suppress';
import { parseInput } from '../../../domain/input/parseInput';
import { suppressSchema, unsuppressSchema } from '../../../domain/outreach/suppression';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

describe('the list of who must not be contacted', () => {
	let acme: TestTenant;
	let ann: number;
	let bob: number;
	beforeAll(async () => {
		acme = await openTenant();
		const named = (name: string) => ({ email: `${name}@x.test`, firstName: '', lastName: '' });
		[ann, bob] = rowsOf(await acme.run((tx) => createLeads(tx, [named('ann'), named('bob')]))).map(
			({ id }) => id,
		) as [number, number];
		await suppress({ leadId: ann, communicationTypes: ['email', 'meeting'], reason: 'unsubscribed' });
		await suppress({ leadId: bob, communicationTypes: ['email'], reason: 'address_bounced' });
	});
	afterAll(() => acme.close());

	const suppress = async (request: object) =>
		rowsOf(await acme.run((tx) => suppressLeads(tx, [parseInput(suppressSchema, request)])));
	const list = async (filter: SuppressionFilter = {}) => acme.run((tx) => listManySuppressions(tx, filter));
	const short = async (filter: SuppressionFilter = {}) =>
		(await list(filter)).map(({ leadId, communicationType, reason }) =>
			[leadId ?? 'address', communicationType, reason].join(' '),
		);

	it('has leads and addresses, newest first, and of an address nothing but its hash', async () => {
		const [newest, ...older] = await short();
		expect(newest).toBe('address email address_bounced');
		expect(older.sort()).toEqual(
			[`${ann} email unsubscribed`, `${ann} meeting unsubscribed`, 'address email unsubscribed'].sort(),
		);
		const listed = await list();
		expect(JSON.stringify(listed)).not.toContain('@');
		const hashes = listed.filter(({ isOfAddress }) => isOfAddress).map(({ addressKey }) => addressKey);
		expect(hashes).toEqual([
			expect.stringMatching(/^[0-9a-f]{64}$/),
			expect.stringMatching(/^[0-9a-f]{64}$/),
		]);
		const ofLeads = listed.filter(({ isOfAddress }) => !isOfAddress);
		expect(ofLeads.map(({ leadId, addressKey }) => [leadId, addressKey])).toEqual([
			[ann, null],
			[ann, null],
		]);
	});

	it.each<[SuppressionFilter, number]>([
		[{ communicationType: ['meeting'] }, 1],
		[{ communicationType: ['call'] }, 0],
		[{ reason: ['address_bounced', 'complained'] }, 1],
		[{ source: 'bounce' }, 0],
		[{ isOfAddress: true }, 2],
		[{ isOfAddress: false, reason: ['unsubscribed'] }, 2],
		[{ createdBefore: '2020-01-01T00:00:00Z' }, 0],
		[{ createdAfter: '2020-01-01T00:00:00Z', limit: 3 }, 3],
	])('by %j has %i', async (filter, count) => {
		expect(await list(filter)).toHaveLength(count);
	});

	it('of a lead has its own and those of the addresses it has now', async () => {
		expect(await short({ leadId: bob })).toEqual(['address email address_bounced']);
		expect(await list({ leadId: ann })).toHaveLength(3);
		expect(await list({ leadId: 999_999 })).toEqual([]);
	});

	it('gives each row once, page by page, while others are set and lifted', async () => {
		const [first] = await list({ limit: 1, includeCursor: true });
		await suppress({ leadId: bob, communicationTypes: ['meeting'] });
		await acme.run((tx) =>
			unsuppressLeads(tx, [parseInput(unsuppressSchema, { leadId: bob, communicationTypes: ['email'] })]),
		);
		const rest = await list({ limit: 10, includeCursor: true, afterCursor: first!.cursor });
		expect(rest.map(({ reason }) => reason)).toEqual(['unsubscribed', 'unsubscribed', 'unsubscribed']);
		const other = list({ reason: ['complained'], afterCursor: first!.cursor });
		await expect(other).rejects.toThrow('afterCursor is a cursor of a list with another reason');
	});

	it('keeps the address of a lead that is deleted', async () => {
		await acme.run((tx) => deleteLeads(tx, [ann]));
		expect(await short({ reason: ['unsubscribed'] })).toEqual(['address email unsubscribed']);
	});
});
