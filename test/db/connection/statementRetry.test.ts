import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { openTenant, type TestTenant } from '../../setup/tenant';

describe('a statement prepared before a migration', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;

	beforeAll(async () => {
		acme = await openTenant();
		owner = postgres(acme.database.ownerUrl, { max: 1, onnotice: () => undefined });
		await owner`create view v_changing as select 1 as old`;
		await owner`grant select on v_changing to lma_app`;
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});

	it('is run again in a transaction of the organization, and returns what there is now', async () => {
		const sql = connect(acme.database.appUrl, { max: 1 });
		const read = () =>
			inOrganization(
				sql,
				'acme',
				(tx) =>
					tx`select v.*, lma.current_organization_id() as organization from v_changing v where ${1} = 1`,
			);
		const organization = acme.organization.id;
		expect(await read()).toEqual([{ old: 1, organization }]);
		expect(await read()).toEqual([{ old: 1, organization }]);
		await owner`create or replace view v_changing as select 1 as old, 2 as new`;
		expect(await read()).toEqual([{ old: 1, new: 2, organization }]);
		await sql.end();
	});
});
