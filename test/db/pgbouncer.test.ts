import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, createLeads, inOrganization, listLeads } from '../../db';
import { seedOrganization } from '../setup/database';
import { hasPgBouncer, startPgBouncer } from '../setup/pgbouncer';
import { openTenant, type TestTenant } from './tenant';

describe.skipIf(!hasPgBouncer() && !process.env.LMA_REQUIRE_PGBOUNCER)(
	'behind PgBouncer in transaction mode',
	() => {
		let acme: TestTenant;
		let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;

		beforeAll(async () => {
			acme = await openTenant();
			await seedOrganization(acme.database.ownerUrl, 'rival');
			bouncer = await startPgBouncer(acme.database.appUrl);
		});
		afterAll(async () => {
			await bouncer.stop();
			await acme.close();
		});

		it('keeps the organizations of clients apart that share one server connection', async () => {
			const clients = [1, 2, 3, 4].map(() => connect(bouncer.url, { prepare: false, max: 2 }));
			await Promise.all(
				clients.flatMap((client, n) =>
					Array.from({ length: 25 }, async (_, turn) => {
						const slug = (n + turn) % 2 ? 'acme' : 'rival';
						const email = `${n}-${turn}@${slug}.test`;
						await inOrganization(client, slug, (tx) =>
							createLeads(tx, [{ email, firstName: '', lastName: '' }]),
						);
						const seen = await inOrganization(client, slug, (tx) => listLeads(tx, { limit: 1000 }));
						expect(seen.every((row) => row.email.endsWith(`@${slug}.test`))).toBe(true);
						expect(seen.some((row) => row.email === email)).toBe(true);
					}),
				),
			);
			expect(await clients[0]!`select from leads`).toHaveLength(0);
			await Promise.all(clients.map((client) => client.end()));
		});
	},
);
