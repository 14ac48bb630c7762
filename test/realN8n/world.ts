import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type postgres from 'postgres';

import { findFreePort } from '../../cli/machine/freePort';
import type { N8nCredential } from '../../n8n/answer';
import { installN8n, type InstallStep } from '../../cli/n8n/install';
import { startN8n } from '../../cli/n8n/process';
import { type ProvisionedN8n, provisionN8n } from '../../cli/n8n/provision';
import type { ExportedWorkflow } from '../../cli/n8n/exportedWorkflow';
import type { N8nOwner } from '../../n8n/session';
import { lma, startWorkerProcess, type WorkerProcess } from './lma';
import { type Mailbox, startMailbox } from './mailbox';
import type { OrganizationOptions, PreparedOrganization } from './organization';
import { installPackage, packPackage } from './package';
import { prepareDatabase } from './preparedDatabase';

/** An organization and the credential for it in n8n, named `LMA <slug>`. */
export interface Tenant extends PreparedOrganization {
	n8nCredential: N8nCredential;
}

/**
 * Everything that runs in the field: database, n8n with the packed package, worker, mail server. The worker follows
 * n8n for the organization `acme`.
 */
export interface World {
	acme: PreparedOrganization;
	/** Adds another organization. */
	addTenant(slug: string, options?: Partial<OrganizationOptions>): Promise<Tenant>;
	/** What `lma` needs to administer the database. */
	env: Record<string, string>;
	/** Superuser of the database of the leads. */
	sql: postgres.Sql;
	n8n: ProvisionedN8n & {
		url: string;
		owner: N8nOwner;
		/** SIGKILL. Resolves with how to start it again, as it was. */
		kill(): Promise<() => Promise<void>>;
	};
	worker: WorkerProcess;
	mailbox: Mailbox;
	stop(): Promise<void>;
}

/** What `acme` has. */
export interface WorldOptions extends OrganizationOptions {
	templates: ExportedWorkflow[];
}

const checkout = join(__dirname, '..', '..');
/** Kept after the run, to find out why a test failed. */
const logs = join(checkout, 'test', 'output', 'n8n');

/**
 * Builds the world with the commands that an admin uses. Needs the built package. Installs n8n when it is not there.
 * @throws N8nInstallError when n8n cannot be had: these tests are never skipped.
 */
export async function buildWorld({ users, scoringRules, templates }: WorldOptions): Promise<World> {
	const stops: (() => Promise<unknown>)[] = [];
	const stop = async () => {
		const problems: unknown[] = [];
		for (const end of stops.splice(0).reverse()) await end().catch((error: unknown) => problems.push(error));
		if (problems.length > 0) throw new AggregateError(problems, 'Not everything stopped properly');
	};
	try {
		await mkdir(logs, { recursive: true });
		const { folder } = await installN8n({
			lockFolder: join(checkout, 'cli', 'n8n', 'pinned'),
			env: process.env,
			onProgress: printProgress,
		});
		const home = await mkdtemp(join(tmpdir(), 'lma-e2e-'));
		stops.push(() => rm(home, { recursive: true, force: true }));
		const userFolder = join(home, 'n8n');
		// npm takes as long as the database, and mostly waits.
		const installed = packPackage(checkout, home).then((tarball) => installPackage(tarball, userFolder));
		stops.push(() => installed.catch(() => undefined));
		const lmaDatabase = await prepareDatabase();
		stops.push(() => lmaDatabase.drop());
		const { env, sql } = lmaDatabase;
		const acme = await lmaDatabase.addOrganization('acme', { users, scoringRules });
		const { slug, credential } = acme;

		await installed;
		const port = await findFreePort();
		const logFile = join(logs, 'n8n.log');
		const start = () => startN8n({ folder, userFolder, port, databaseUrl: lmaDatabase.n8nUrl, logFile });
		let running = await start();
		stops.push(() => running.stop());
		const owner = {
			email: 'owner@acme.test',
			firstName: 'Olga',
			lastName: 'Owner',
			password: 'Correct-horse-1',
		};
		const n8n = {
			url: running.url,
			owner,
			async kill() {
				process.kill(-running.pid, 'SIGKILL');
				await running.exited;
				return async () => {
					running = await start();
				};
			},
			...(await provisionN8n({ url: running.url, owner, credential, templates })),
		};

		const mapping = ['--credential', `LMA=${n8n.credential.id}`];
		await lma(['org', 'connect', 'n8n', slug, '--url', n8n.url, ...mapping], env, n8n.workerApiKey);
		await lma(['org', 'connect', 'webhook', slug, '--url', `${n8n.url}/webhook/lma-outreach`], env);
		const mailbox = await startMailbox();
		stops.push(() => mailbox.stop());
		const worker = await startWorkerProcess(
			{ ...env, DATABASE_URL: lmaDatabase.workerUrl, SMTP_URL: mailbox.url },
			await findFreePort(),
			join(logs, 'worker.log'),
		);
		stops.push(() => worker.stop());
		const addTenant = async (name: string, options: Partial<OrganizationOptions> = {}) => {
			const tenant = await lmaDatabase.addOrganization(name, { users: 1, scoringRules: [], ...options });
			const data = { ...tenant.credential };
			const n8nCredential = await n8n.api.credentials.save({ name: `LMA ${name}`, type: 'lmaApi', data });
			return { ...tenant, n8nCredential };
		};
		return { acme, addTenant, env, sql, n8n, worker, mailbox, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

let printed = '';

/** On standard error, every tenth of the way: an install takes minutes, and silence looks like a hang. */
function printProgress(step: InstallStep): void {
	const text =
		step.phase === 'installing'
			? `Installing n8n: ${Math.floor((10 * step.done) / step.total) * 10} % of ${step.total} packages`
			: `Installing n8n: ${step.phase}`;
	if (text !== printed) process.stderr.write(`${text}\n`);
	printed = text;
}
