import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { connect } from '../../db/connection/client';
import { databaseLogin } from '../../db/connection/databaseLogin';
import { asOwner } from '../../db/connection/owner';
import { lockConfiguration } from '../../db/integration/configuration';
import { saveIntegration } from '../../db/integration/integration';
import { parseEncryptionKey } from '../../db/integration/secret';
import { WEBHOOK_TYPES } from '../../domain/integration/integration';
import type { N8nOwner } from '../../n8n/session';
import { installN8n } from '../n8n/install';
import { linkPackage } from '../n8n/linkPackage';
import { startN8n } from '../n8n/process';
import { type LmaCredentialData, type ProvisionedN8n, provisionN8n } from '../n8n/provision';
import { smtpCredential } from '../n8n/smtpCredential';
import { readWorkflowTemplate } from '../n8n/exportedWorkflow';
import { getOrganization } from '../org/getOrganization';
import { packageRoot } from '../machine/packageRoot';
import type { Terminal } from '../terminal/terminal';
import { type DemoLogins, demoSlug } from './demo';
import { failureOf } from './failureOf';
import { reportInstall } from './installReport';
import { ensureN8nDatabase } from './n8nDatabase';
import { keepRunning } from './keepRunning';
import { isLocal } from './showSample';
import type { Shutdown } from './shutdown';
import type { StateFolder } from './stateFolder';
import { demoEncryptionKey } from './demoWorker';
import { CommandFailedError } from '../terminal/failure';

/** What n8n is started with. */
export interface DemoN8nOptions {
	terminal: Terminal;
	folder: StateFolder;
	shutdown: Shutdown;
	ownerUrl: string;
	logins: DemoLogins;
	/** Templates that send mail use it, unless it leaves this machine: their addresses are made up. */
	smtpUrl: string;
	port: number;
}

/**
 * Starts n8n with the LMA nodes, a credential for the demo organization and the published templates, and registers it
 * so that the worker follows its workflows. Installs n8n first when it is not there. A failure is printed and leaves
 * the rest running.
 */
export async function startDemoN8n(options: DemoN8nOptions): Promise<void> {
	const { terminal, shutdown } = options;
	try {
		await bringUp(options);
	} catch (error) {
		if (shutdown.signal.aborted) throw error;
		terminal.note(`n8n       is not running: ${failureOf(error)}`);
		terminal.note('          Everything else keeps running.');
	}
}

async function bringUp(options: DemoN8nOptions): Promise<void> {
	const { terminal, folder, shutdown, ownerUrl, port } = options;
	const { signal } = shutdown;
	const root = packageRoot();
	const lockFolder = join(root, 'cli', 'n8n', 'pinned');
	// It is in the checkout and in the package; what is missing was taken out.
	if (!existsSync(join(lockFolder, 'package-lock.json'))) {
		throw new CommandFailedError(
			`There is no package-lock.json in ${lockFolder}. Install the package again.`,
		);
	}
	const installed = await installN8n({
		lockFolder,
		env: terminal.env,
		signal,
		...reportInstall(terminal, signal),
	});
	const userFolder = folder.file('n8n');
	await linkPackage(root, userFolder);
	const databaseUrl = await ensureN8nDatabase(ownerUrl, folder);
	terminal.note('Starting n8n…');
	const logFile = folder.file('n8n', 'n8n.log');
	const start = (keepsLog: boolean) =>
		startN8n({ folder: installed.folder, userFolder, port, databaseUrl, logFile, keepsLog, signal });
	const running = await start(false);
	const kept = keepRunning({ name: 'n8n', running, start: () => start(true), signal, terminal, logFile });
	await shutdown.add('n8n', () => kept.stop());
	void kept.outcome.then((isStopped) => {
		if (!isStopped) terminal.note('Everything else keeps running.');
	});
	const owner = demoOwner(folder);
	const provisioned = await provisionN8n({
		url: running.url,
		owner,
		credential: credentialData(options),
		otherCredentials: isLocal(options.smtpUrl) ? [smtpCredential('SMTP', options.smtpUrl)] : [],
		templates: readTemplates(join(root, 'templates')),
	});
	await registerN8n(options, running.url, provisioned);
	terminal.print(`n8n       ${running.url} · user ${owner.email} · password ${owner.password}`);
	terminal.print(`          to send in a lead, POST it to ${running.url}/webhook/lma-website-lead`);
	const named = (active: boolean) =>
		provisioned.workflows.filter((workflow) => workflow.active === active).map(({ name }) => name);
	terminal.print(`          LMA nodes and credential are in place; workflows: ${named(true).join(', ')}`);
	terminal.print('          they send nothing before you set "sending" to true in their node Settings');
	const drafts = named(false).join(', ');
	if (drafts) terminal.print(`          not published, as they need a credential of your own: ${drafts}`);
}

function demoOwner(folder: StateFolder): N8nOwner {
	// n8n asks for a digit and an upper-case letter.
	const password = folder.secret(
		'n8nOwnerPassword',
		() => `A1${crypto.randomUUID().replaceAll('-', '').slice(0, 18)}`,
	);
	return { email: 'owner@demo.example', firstName: 'Mara', lastName: 'Lindqvist', password };
}

function credentialData({ ownerUrl, logins }: DemoN8nOptions): LmaCredentialData {
	const { host, port, database, ssl, caCertificate } = databaseLogin(ownerUrl);
	return {
		host,
		port,
		database,
		...logins.nodes,
		ssl,
		...(caCertificate !== undefined && { caCertificate }),
		organization: demoSlug,
	};
}

function readTemplates(folder: string) {
	return readdirSync(folder)
		.filter((name) => name.endsWith('.json'))
		.sort()
		.map((name) => readWorkflowTemplate(join(folder, name)));
}

/** The worker follows the workflows of this n8n, and hands it what is not e-mail. */
async function registerN8n(
	options: DemoN8nOptions,
	baseUrl: string,
	{ workerApiKey, credential, otherCredentials }: ProvisionedN8n,
) {
	const { terminal, folder, ownerUrl } = options;
	const key = parseEncryptionKey(demoEncryptionKey(terminal, folder));
	const others = otherCredentials.map(({ type, name, id }) => [`${type}:${name}`, id] as const);
	const provided = { [credential.name]: credential.id, ...Object.fromEntries(others) };
	const sql = connect(ownerUrl, { max: 1, applicationName: 'lma start' });
	try {
		await asOwner(sql, async (tx) => {
			const { id: organizationId } = await getOrganization(tx, demoSlug);
			const local = { organizationId, name: 'local' };
			const n8n = { ...local, integrationType: 'n8n' } as const;
			// What somebody has mapped beside it stays.
			const { credentials: known = {} } = await lockConfiguration(tx, n8n);
			await saveIntegration(tx, key, {
				...n8n,
				configuration: { baseUrl, credentials: { ...known, ...provided } },
				secret: workerApiKey,
			});
			await saveIntegration(tx, key, {
				...local,
				integrationType: 'webhook',
				configuration: {
					url: `${baseUrl}/webhook/lma-outreach`,
					communicationTypes: WEBHOOK_TYPES,
				},
			});
		});
	} finally {
		await sql.end({ timeout: 5 });
	}
}
