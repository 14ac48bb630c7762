import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createLeads } from '../../../db/lead/create';
import { newLeadSchema } from '../../../domain/lead/input';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

/** Rules that TypeScript and PostgreSQL both have: they have to agree on thousands of values at a time. */
let acme: TestTenant;
beforeAll(async () => {
	acme = await openTenant();
});
afterAll(() => acme.close());

const lead = { firstName: 'A', lastName: 'B' };

it('an address is the same to upsert and to the index of addresses, whatever its case', async () => {
	const addresses = fc
		.sample(
			fc.oneof(
				fc.stringMatching(/^[A-Za-z0-9_'+]{0,8}[A-Za-z0-9_+-]@([A-Za-z0-9]{1,6}\.){1,2}[A-Za-z]{2,4}$/),
				fc.emailAddress(),
				fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.domain()).map((parts) => parts.join('@')),
			),
			1_000,
		)
		.flatMap((address) => [address, address.toUpperCase()])
		.filter((address) => newLeadSchema.safeParse({ ...lead, email: address }).success);
	expect(addresses.length).toBeGreaterThan(400);
	const created = rowsOf(
		await acme.run((tx) =>
			createLeads(
				tx,
				addresses.map((email) => newLeadSchema.parse({ ...lead, email })),
			),
		),
	);
	const keys = await acme.run((tx) => tx<{ emailKey: string }[]>`select email_key from leads order by id`);
	expect(keys.map(({ emailKey }) => emailKey)).toEqual(created.map(({ email }) => email.toLowerCase()));
});

it('text is as long to the schema of input as to the column', async () => {
	const names = fc.sample(
		fc.string({ unit: 'binary', minLength: 90, maxLength: 110 }).filter((name) => !name.includes('\0')),
		500,
	);
	const rows = await acme.run(
		(tx) => tx<{ fits: boolean }[]>`
			select char_length(name) <= 100 as fits
			from jsonb_array_elements_text(${tx.json(names)}) with ordinality as given(name, place)
			order by place`,
	);
	const accepted = names.map(
		(firstName) => newLeadSchema.safeParse({ ...lead, email: 'a@x.test', firstName }).success,
	);
	expect(new Set(accepted)).toEqual(new Set([true, false]));
	expect(accepted).toEqual(rows.map(({ fits }) => fits));
});
