import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { logCommunications } from '../../../db/communication/write';
import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { listLeads } from '../../../db/lead/list';
import { leadSummary, organizationMetrics, userProductivity } from '../../../db/report/report';
import { seedOrganization } from '../../setup/database';
import { hasPgBouncer, startPgBouncer } from '../../setup/pgbouncer';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';
import { observed } from '../../setup/observed';

describe.skipIf(!hasPgBouncer() && !process.env.LMA_REQUIRE_PGBOUNCER)(
	'behind PgBouncer in transaction mode',
	() => {
		let acme: TestTenant;
		let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
		let clients: postgres.Sql[] = [];

		beforeAll(async () => {
			acme = await openTenant();
			await seedOrganization(acme.database.ownerUrl, 'rival');
			bouncer = await startPgBouncer(acme.database.appUrl);
		});
		afterAll(async () => {
			await Promise.all(clients.map((client) => client.end()));
			await bouncer.stop();
			await acme.close();
		});

		function open(max: number, url = bouncer.url): postgres.Sql {
			const client = connect(url, { max });
			clients = [...clients, client];
			return client;
		}

		/** As `inOrganization` leaves a pool that has lost a prepared statement. */
		function openUnprepared(max: number): postgres.Sql {
			const client = open(max);
			client.options.prepare = false;
			return client;
		}

		it('keeps the organizations of clients apart that share one server connection', async () => {
			const clients = [1, 2, 3, 4].map(() => openUnprepared(2));
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
		});

		it('leaves neither organization nor actor nor time limit behind on the server connection', async () => {
			const [client, next] = [openUnprepared(1), openUnprepared(1)];
			const [before] = await next.unsafe('show statement_timeout');
			await inOrganization(client, 'acme', (tx) => tx`select 1`, { actorId: 1, n8nWorkflowId: 'wf' });
			const [left] = await next.unsafe(`
				select
					current_setting('lma.organization_id', true) as organization,
					current_setting('lma.actor_id', true) as actor,
					current_setting('lma.n8n_workflow_id', true) as workflow`);
			for (const value of Object.values(left!)) expect([null, '']).toContain(value);
			expect(await next.unsafe('show statement_timeout')).toEqual([before]);
		});

		it('gives the same lists, totals and reports as without it', async () => {
			const [direct, pooled] = [acme.sql, openUnprepared(2)];
			const [lead] = rowsOf(
				await inOrganization(pooled, 'acme', (tx) =>
					createLeads(tx, [{ email: 'report@acme.test', firstName: 'R', lastName: 'E', score: 77 }]),
				),
			);
			await inOrganization(pooled, 'acme', (tx) =>
				logCommunications(tx, [{ leadId: lead!.id, communicationType: 'call', direction: 'outbound' }]),
			);
			const read = (sql: postgres.Sql) =>
				inOrganization(sql, 'acme', async (tx) => [
					[...(await listLeads(tx, { limit: 5, minScore: 50 }))],
					[...(await leadSummary(tx, { limit: 5 }))],
					[...(await organizationMetrics(tx))],
					[...(await userProductivity(tx, {}))],
				]);
			const reports = await read(pooled);
			expect(reports).toEqual(await read(direct));
			expect(reports[1]![0]).toMatchObject({ email: 'report@acme.test', communicationCount: 1 });
		});

		describe('with several server connections, for a client that prepares its statements', () => {
			let wide: Awaited<ReturnType<typeof startPgBouncer>>;

			beforeAll(async () => {
				wide = await startPgBouncer(acme.database.appUrl, { default_pool_size: '3' });
			});
			afterAll(() => wide.stop());

			it('runs each piece of work once, and prepares no more when PgBouncer loses statements', async () => {
				const statements: string[] = [];
				const clients = [1, 2].map(() => observed(open(3, wide.url), (text) => statements.push(text)));
				const emails = Array.from({ length: 120 }, (_, n) => `prepared-${n}@acme.test`);
				await Promise.all(
					emails.map((email, n) =>
						inOrganization(clients[n % 2]!, 'acme', (tx) =>
							createLeads(tx, [{ email, firstName: '', lastName: '' }]),
						),
					),
				);
				const created = await acme.run((tx) => listLeads(tx, { limit: 1000 }));
				const found = created.map((lead) => lead.email).filter((email) => email.startsWith('prepared-'));
				expect(found.sort()).toEqual(emails.sort());
				expect(clients.map((client) => client.options.prepare)).toEqual([false, false]);
			});
		});
	},
);
