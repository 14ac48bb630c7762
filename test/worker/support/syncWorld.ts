import { expect } from 'vitest';

import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { findWorkflows, listWorkflows } from '../../../db/workflow/list';
import { type RegisteredWorkflow, registerWorkflows } from '../../../db/workflow/register';
import { type RenamedWorkflow, renameWorkflows } from '../../../db/workflow/rename';
import { setWorkflowsActive } from '../../../db/workflow/setActive';
import { takeInHand } from '../../../db/workflow/takeInHand';
import { type UnregisteredWorkflow, unregisterWorkflows } from '../../../db/workflow/unregister';
import type { Unregistration } from '../../../domain/workflow/removal';
import { registrationSchema, type Taking } from '../../../domain/workflow/registration';
import type { Workflow } from '../../../domain/workflow/workflow';
import { createLog } from '../../../worker/log';
import { createMetrics } from '../../../worker/metrics';
import { syncIntegration } from '../../../worker/sync/syncJob';
import { seedOrganization } from '../../setup/database';
import { FakeN8n } from './fakeN8n';
import { World } from './world';

/** An organization that connects an n8n. */
export interface Tenant {
	slug: string;
	organizationId: number;
}

/** Organizations, an n8n that they may share, and a worker that looks at it when it is told to. */
export class SyncWorld {
	n8n!: FakeN8n;
	acme!: Tenant;
	/** The second organization. */
	beta!: Tenant;

	private constructor(
		readonly world: World,
		private readonly appSql: ReturnType<typeof connect>,
	) {}

	static async create(): Promise<SyncWorld> {
		const world = await World.create();
		const created = new SyncWorld(world, connect(world.database.appUrl, { max: 2 }));
		created.acme = { slug: 'acme', organizationId: world.organizationId };
		const { id } = await seedOrganization(world.database.ownerUrl, 'beta');
		created.beta = { slug: 'beta', organizationId: id };
		return created;
	}

	/** Before each test. */
	async begin(): Promise<void> {
		this.n8n = await FakeN8n.start();
	}

	/** After each test. */
	async end(): Promise<void> {
		await this.n8n.stop();
		await this.world.sql`delete from workflows`;
		await this.world.sql`delete from integrations`;
	}

	async destroy(): Promise<void> {
		await this.appSql.end({ timeout: 1 });
		await this.world.destroy();
	}

	/** Connects the n8n, and gives the id of the connection. */
	async connect(configuration = {}, { organizationId } = this.acme): Promise<number> {
		const saved = await this.world.integration({
			organizationId,
			integrationType: 'n8n',
			name: 'main',
			configuration: { baseUrl: this.n8n.url, ...configuration },
			secret: this.n8n.apiKey,
		});
		return saved.id;
	}

	/** One scan. */
	sync(integrationId: number) {
		return syncIntegration(
			{
				sql: this.world.workerSql,
				log: createLog('silent', { write: () => undefined }),
				metrics: createMetrics('postgres'),
				encryptionKey: this.world.encryptionKey,
				stopping: new AbortController().signal,
				requests: { firstDelayMs: 1, requestTimeoutMs: 2_000, attempts: 2 },
				creationGraceSeconds: 0,
			},
			integrationId,
		);
	}

	/** Registers as the node does. */
	async register(registration: Record<string, unknown>, { slug } = this.acme): Promise<RegisteredWorkflow> {
		const input = registrationSchema.parse({ name: 'Intake', ...registration });
		const [result] = await inOrganization(this.appSql, slug, (tx) => registerWorkflows(tx, [input]));
		if (!result?.row) throw result?.error ?? new Error('Nothing was registered');
		return result.row;
	}

	async setActive(workflowId: number, isActive: boolean, { slug } = this.acme): Promise<Workflow> {
		const [result] = await inOrganization(this.appSql, slug, (tx) =>
			setWorkflowsActive(tx, [{ workflowId, isActive }]),
		);
		expect(result?.error).toBeUndefined();
		return result!.row!;
	}

	/** Registers what is in n8n as the node does. */
	async take(taking: Taking, { slug } = this.acme): Promise<RegisteredWorkflow> {
		const [result] = await inOrganization(this.appSql, slug, (tx) => takeInHand(tx, [taking]));
		if (!result?.row) throw result?.error ?? new Error('Nothing was taken in hand');
		return result.row;
	}

	/** Ends a registration as the node does. */
	async unregister(
		workflowId: number,
		inN8n: Unregistration['inN8n'] = 'keep',
		{ slug } = this.acme,
	): Promise<UnregisteredWorkflow> {
		const [result] = await inOrganization(this.appSql, slug, (tx) =>
			unregisterWorkflows(tx, [{ workflowId, inN8n }]),
		);
		if (!result?.row) throw result?.error ?? new Error('Nothing was unregistered');
		return result.row;
	}

	/** Renames as the node does. */
	async rename(workflowId: number, name: string, { slug } = this.acme): Promise<RenamedWorkflow> {
		const [result] = await inOrganization(this.appSql, slug, (tx) =>
			renameWorkflows(tx, [{ workflowId, name }]),
		);
		if (!result?.row) throw result?.error ?? new Error('Nothing was renamed');
		return result.row;
	}

	/** All workflows of the organization, by name. */
	rows({ slug } = this.acme): Promise<Workflow[]> {
		return inOrganization(this.appSql, slug, async (tx) => [...(await listWorkflows(tx, { limit: null }))]);
	}

	/** The workflow as the node gives it. */
	async row(workflowId: number, { slug } = this.acme): Promise<Workflow> {
		const [found] = await inOrganization(this.appSql, slug, (tx) => findWorkflows(tx, [workflowId]));
		return found!.row!;
	}

	/** What was asked of n8n that changes something, as `POST /made0001/publish`. */
	get writes(): string[] {
		return this.n8n.requests
			.filter(({ method }) => method !== 'GET')
			.map(({ method, path }) => `${method} ${path.replace('/api/v1/workflows', '')}`);
	}
}

/** A webhook whose items an LMA node takes. */
export function intakeTemplate({
	path = 'intake',
	credentials = undefined as object | undefined,
	settings = {},
} = {}) {
	return {
		nodes: [
			{
				name: 'Hook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				parameters: { path, httpMethod: 'POST' },
				webhookId: 'of-the-template',
			},
			{
				name: 'LMA',
				type: 'n8n-nodes-lma.lma',
				typeVersion: 1,
				position: [200, 0],
				parameters: { resource: 'lead' },
				...(credentials && { credentials }),
			},
		],
		connections: { Hook: { main: [[{ node: 'LMA', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1', ...settings },
	};
}
