import { afterAll, beforeAll, expect, test } from 'vitest';

import { listLeads } from '../../../db/lead/list';
import { writeTaggedLeads } from '../../../db/leadFile/writeTaggedLeads';
import type { UpsertLead } from '../../../domain/lead/input';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

let acme: TestTenant;
beforeAll(async () => {
	acme = await openTenant();
});
afterAll(() => acme.close());

const lead = (email: string, tags?: string[]) => ({
	email,
	firstName: 'A',
	lastName: 'B',
	...(tags && { tags }),
});

async function tagsOf(email: string) {
	const [found] = await acme.run((tx) => listLeads(tx, { email }));
	return found?.tags;
}

const write = (leads: UpsertLead[], tags: string[]) => acme.run((tx) => writeTaggedLeads(tx, leads, tags));

test('a new lead gets the tags, and one that says its own keeps to those', async () => {
	const leads = [lead('new@x.example'), lead('own@x.example', ['vip'])];
	const results = rowsOf(await write(leads, ['fair']));
	expect(results).toMatchObject([
		{ action: 'created', changed: true, tags: ['fair'] },
		{ action: 'created', changed: true, tags: ['vip'] },
	]);
	expect(rowsOf(await write(leads, ['fair']))).toMatchObject([
		{ action: 'updated', changed: false },
		{ action: 'updated', changed: false },
	]);
});

test.each([[[['vip'], undefined]], [[undefined, ['vip']]]])(
	'of two rows for one new address with tags %j, the tags of the row stay',
	async (rows) => {
		const email = `twice${rows[0] ? 1 : 2}@x.example`;
		await write(
			rows.map((tags) => lead(email, tags)),
			['fair'],
		);
		expect(await tagsOf(email)).toEqual(['vip', 'fair']);
	},
);
