import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { updateLeads } from '../../../db/lead/update';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

describe('a bulk write', () => {
	let acme: TestTenant;
	let single: postgres.Sql;
	/** Pairs of rows that joins compared in vain, triggers included, since the last reset. */
	let comparedInVain = 0;

	beforeAll(async () => {
		acme = await openTenant();
		// The owner, because only a superuser may load auto_explain; it acts as the role of the nodes.
		single = postgres(acme.database.ownerUrl, {
			max: 1,
			transform: { column: { from: postgres.toCamel } },
			onnotice: ({ message = '' }) => {
				for (const [, rows] of message.matchAll(/Rows Removed by Join Filter: (\d+)/g)) {
					comparedInVain += Number(rows);
				}
			},
		});
		await single`load 'auto_explain'`;
		await single.unsafe(`
			set auto_explain.log_min_duration = 0;
			set auto_explain.log_analyze = on;
			set auto_explain.log_nested_statements = on;
			set auto_explain.log_level = 'notice';
			set role lma_app`);
	});
	afterAll(async () => {
		await single.end();
		await acme.close();
	});

	it('is not planned for the one row that the connection wrote before', async () => {
		const leads = Array.from({ length: 3000 }, (_, n) => ({
			email: `lead${n}@example.com`,
			firstName: '',
			lastName: '',
		}));
		const ids = rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
		const update = (company: string, chosen: number[]) =>
			inOrganization(single, 'acme', (tx) =>
				updateLeads(
					tx,
					chosen.map((id) => ({ id, company })),
				),
			);
		await update('one', ids.slice(0, 1));
		comparedInVain = 0;
		await update('all', ids);
		// Every row against every other would be nine million.
		expect(comparedInVain).toBeLessThan(3000);
	});
});
