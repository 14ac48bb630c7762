import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort } from '../../cli/machine/freePort';
import { installN8n } from '../../cli/n8n/install';
import { linkPackage } from '../../cli/n8n/linkPackage';
import { startN8n } from '../../cli/n8n/process';
import { addWorkflow, provisionN8n } from '../../cli/n8n/provision';
import { packageRoot } from '../../cli/machine/packageRoot';
import { type BenchServer, startServer } from '../db/server';
import { type NodesDatabase, prepareNodesDatabase } from './database';
import { ReportListener, type RunReport } from './listener';
import { pathOf, type Variant, workflowOf } from './variant';

/** A PostgreSQL and one real n8n with our nodes in it. */
export interface NodesWorld {
	server: BenchServer;
	database: NodesDatabase;
	/** Runs a variant once on so many leads; the same series gives the same leads. @throws Error when it fails. */
	run(variant: Variant, count: number, series: string): Promise<RunReport>;
	stop(): Promise<void>;
}

const REGISTRATION_MS = 30_000;

/** Starts everything. Takes about half a minute; minutes when n8n has to be installed first. */
export async function buildNodesWorld(
	variants: readonly Variant[],
	onProgress: (text: string) => void,
	nodeOptions?: string,
): Promise<NodesWorld> {
	const stops: (() => unknown)[] = [];
	const stop = async () => {
		for (const end of stops.splice(0).reverse()) await end();
	};
	try {
		onProgress('n8n is installed, if it is not there');
		const root = packageRoot();
		const { folder } = await installN8n({
			lockFolder: join(root, 'cli', 'n8n', 'pinned'),
			env: process.env,
		});
		onProgress('PostgreSQL starts');
		const server = await startServer(false);
		stops.push(() => server.stop());
		await server.restart();
		const database = await prepareNodesDatabase(server);
		stops.push(() => database.sql.end());
		const listener = await ReportListener.open();
		stops.push(() => listener.close());
		const home = mkdtempSync(join(tmpdir(), 'lma-bench-n8n-'));
		stops.push(() => rmSync(home, { recursive: true, force: true }));
		await linkPackage(root, home);
		onProgress('n8n starts');
		const extension = join(__dirname, 'n8n');
		const n8n = await startN8n({
			folder,
			userFolder: home,
			port: await findFreePort(),
			databaseUrl: database.n8nUrl,
			logFile: join(home, 'n8n.log'),
			extraEnv: {
				N8N_CUSTOM_EXTENSIONS: extension,
				EXTERNAL_HOOK_FILES: join(extension, 'hooks.js'),
				LMA_BENCH_URL: listener.url,
				...(nodeOptions !== undefined && { NODE_OPTIONS: nodeOptions }),
			},
		});
		stops.push(() => n8n.stop());
		await addWorkflows(n8n.url, database, variants);
		return {
			server,
			database,
			async run(variant, count, series) {
				const ended = listener.next();
				await post(`${n8n.url}/webhook/${pathOf(variant)}`, {
					count,
					series,
					organizationId: database.organizationId,
				});
				const report = await ended;
				if (report.error !== null) throw new Error(`${variant.name}: ${report.error}`);
				if (report.meter?.items !== count || report.meter.failed > 0) {
					throw new Error(
						`${variant.name}: ${count} leads gave ${report.meter?.items ?? 0} items, ${report.meter?.failed ?? 0} of them errors`,
					);
				}
				return report;
			},
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

async function addWorkflows(
	url: string,
	{ credential }: NodesDatabase,
	variants: readonly Variant[],
): Promise<void> {
	const owner = {
		email: 'owner@bench.example',
		firstName: 'Bench',
		lastName: 'Owner',
		password: 'Correct-horse-1',
	};
	const { api, credential: lmaApi } = await provisionN8n({ url, owner, credential, templates: [] });
	const { host, port, database, user, password } = credential;
	const postgres = await api.credentials.save({
		name: 'Postgres',
		type: 'postgres',
		data: { host, port, database, user, password, ssl: 'disable', sshTunnel: false, maxConnections: 5 },
	});
	for (const variant of variants) await addWorkflow(api, workflowOf(variant), lmaApi, postgres);
}

/** Right after publishing, n8n answers 404 until it has registered the webhook. */
async function post(url: string, body: object): Promise<void> {
	const deadline = performance.now() + REGISTRATION_MS;
	for (;;) {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		const answer = await response.text();
		if (response.ok) return;
		if (response.status !== 404 || performance.now() > deadline) {
			throw new Error(`n8n answered ${response.status} to its webhook: ${answer.slice(0, 300)}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
