import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import postgres from 'postgres';
import { LmaTrigger } from '../../../nodes/LmaTrigger/LmaTrigger.node';
import { publish, type PublishedWorkflow, type TriggerOptions } from '../../engine/triggers';
import { createTestServer, seedOrganization, type SeededOrganization } from '../../setup/database';
import { credentialOf, type CredentialFields } from '../Lma/lma';

/** The LMA Trigger on a server of its own. */
export interface TriggerUnderTest {
	acme: SeededOrganization;
	/** Superuser. */
	owner: postgres.Sql;
	/** Credential of acme. */
	credential: CredentialFields;
	/** Publishes a workflow; `lead.created` unless parameters say otherwise. Each has an id of its own unless one is given. */
	publish(
		parameters?: IDataObject,
		options?: Partial<Omit<TriggerOptions, 'type' | 'parameters'>>,
	): Promise<PublishedWorkflow>;
	/** Inserts leads with these addresses, in one transaction, and returns their ids. */
	insertLeads(...emails: string[]): Promise<number[]>;
	/** Connections of triggers in the server. */
	connections(): Promise<number>;
	close(): Promise<void>;
}

export const triggerNodes = { 'n8n-nodes-lma.lmaTrigger': new LmaTrigger() };

/** Makes the database. Call `close()` in `afterAll`: it unpublishes what is still published. */
export async function openTrigger(): Promise<TriggerUnderTest> {
	const database = await createTestServer();
	const acme = await seedOrganization(database.ownerUrl, 'acme', { users: 3 });
	const owner = postgres(database.ownerUrl, { max: 3, onnotice: () => undefined });
	const credential = credentialOf(database.appUrl, 'acme');
	const published: PublishedWorkflow[] = [];
	return {
		acme,
		owner,
		credential,
		async publish(parameters = {}, options = {}) {
			const workflow = await publish({
				nodes: triggerNodes,
				credentials: { lmaApi: { ...credential } },
				type: 'n8n-nodes-lma.lmaTrigger',
				parameters: { events: ['lead.created'], ...parameters } as TriggerOptions['parameters'],
				workflowId: randomUUID(),
				...options,
			});
			published.push(workflow);
			return workflow;
		},
		async insertLeads(...emails) {
			const rows = await owner<{ id: number }[]>`
				insert into leads ${owner(
					emails.map((email) => ({
						organization_id: acme.id,
						email,
						first_name: 'Ada',
						last_name: 'Lovelace',
					})),
				)}
				returning id`;
			return rows.map(({ id }) => id);
		},
		async connections() {
			const [row] = await owner<[{ count: number }]>`
				select count(*)::int
				from pg_stat_activity
				where datname = current_database()
					and application_name in ('n8n-nodes-lma trigger', 'n8n-nodes-lma listener')`;
			return row.count;
		},
		async close() {
			for (const workflow of published) if (workflow.isActive) await workflow.unpublish();
			await owner.end();
			await database.drop();
		},
	};
}
