import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, createLeads, inOrganization, updateLeads } from '../../db';
import { openTenant, rowsOf, type TestTenant } from './tenant';

describe('a bulk write', () => {
	let acme: TestTenant;

	beforeAll(async () => {
		acme = await openTenant();
	});
	afterAll(async () => {
		await acme.close();
	});

	it('is not planned for the one row that the connection wrote before', async () => {
		const leads = Array.from({ length: 3000 }, (_, n) => ({
			email: `lead${n}@example.com`,
			firstName: '',
			lastName: '',
		}));
		const ids = rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
		const single = connect(acme.database.appUrl, { max: 1 });
		const update = async (company: string, chosen: number[]) => {
			const began = performance.now();
			await inOrganization(single, 'acme', (tx) =>
				updateLeads(
					tx,
					chosen.map((id) => ({ id, company })),
				),
			);
			return performance.now() - began;
		};
		await update('one', ids.slice(0, 1));
		const firstThird = await update('third', ids.slice(0, 1000));
		const all = await update('all', ids);
		await single.end();
		// Three times as many; every row against every other would be nine times.
		expect(all / firstThird).toBeLessThan(6);
	});
});
