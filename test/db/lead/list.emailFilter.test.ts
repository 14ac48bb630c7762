import { afterAll, beforeAll, expect, test } from 'vitest';

import { createLeads } from '../../../db/lead/create';
import { listLeads } from '../../../db/lead/list';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

let acme: TestTenant;
beforeAll(async () => {
	acme = await openTenant();
	rowsOf(await acme.run((tx) => createLeads(tx, [{ email: 'a1@x.example', firstName: 'A', lastName: 'B' }])));
});
afterAll(() => acme.close());

test.each([
	['a1@x.example', 1],
	['A1@X.example', 1],
	['Ann <a1@x.example>', 1],
	['mailto:a1@x.example', 1],
	[' a1@x.example ', 1],
	['a1', 0],
	['a1@x.example, a2@x.example', 0],
])('the address %j finds %i', async (email, count) => {
	expect(await acme.run((tx) => listLeads(tx, { email }))).toHaveLength(count);
});
