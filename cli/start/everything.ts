import { changeDatabaseUrl } from '../../domain/database/databaseUrl';
import { tryFileLock } from '../machine/fileLock';
import { migrate } from '../../schema/migration/migrate';
import { migrateQueues } from '../../schema/migration/migrateQueues';
import type { Services } from '../services';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { shellQuoted, writeCommandEnvironment } from './commandEnvironment';
import { demoSlug, prepareDemo } from './demo';
import { startMailSink } from './mailSink';
import { startDemoN8n } from './demoN8n';
import { readPort, requireFreePorts, type WantedPort } from './ports';
import { openServer, wantedPostgresPort } from './postgresServer';
import { showSample } from './showSample';
import type { Shutdown } from './shutdown';
import { openStateFolder, type StateFolder } from './stateFolder';
import { demoEncryptionKey, startDemoWorker } from './demoWorker';

/** What `lma start` was asked for. */
export interface StartRequest {
	terminal: Terminal;
	services: Services;
	dataFolder: string;
	withN8n: boolean;
	/** Gets told how to stop whatever is started, in order. */
	shutdown: Shutdown;
}

/**
 * Starts database, worker, mail sink and n8n, loads the sample and prints the summary. Resolves when all is up.
 * @throws CommandFailedError when a port is taken or a part is not installed.
 */
export async function startEverything(request: StartRequest): Promise<void> {
	const { terminal, services, dataFolder, shutdown } = request;
	const ports = wantedPorts(request);
	const folder = openStateFolder(dataFolder);
	await holdFolder(folder, shutdown);
	await requireFreePorts(Object.values(ports).filter((port) => port !== undefined));
	const ownerUrl = await openServer(terminal, folder, shutdown);
	const { applied } = await migrate(ownerUrl, { afterwards: migrateQueues });
	if (applied.length > 0) terminal.note(`Applied ${applied.length} migrations.`);
	const logins = await prepareDemo(ownerUrl, folder);
	const sink = ports.smtp && (await openSink(folder, ports.smtp, shutdown));
	const smtpUrl = sink?.url ?? terminal.env.SMTP_URL ?? '';
	const workerUrl = await startDemoWorker({
		terminal,
		services,
		folder,
		shutdown,
		logins,
		smtpUrl,
	});
	await showSample({ terminal, folder, logins, smtpUrl });

	terminal.print('');
	terminal.print(`Worker    ${workerUrl}/health · ${workerUrl}/metrics`);
	terminal.print(`Mail      ${sink ? `every message lands in ${sink.folder}` : 'is sent through SMTP_URL'}`);
	terminal.print(`Database  ${changeDatabaseUrl(ownerUrl, { password: undefined })}`);
	if (ports.postgres) {
		const file = writeCommandEnvironment(folder, ownerUrl, demoEncryptionKey(terminal, folder));
		terminal.print(`Command   in another terminal: . ${shellQuoted(file)} && npx lma org show ${demoSlug}`);
	}
	if (!ports.n8n) terminal.print('n8n       is left out (--no-n8n)');
	terminal.print('');
	terminal.print('Press Ctrl-C to stop.');
	if (ports.n8n)
		await startDemoN8n({ terminal, folder, shutdown, ownerUrl, logins, smtpUrl, port: ports.n8n.port });
}

function wantedPorts({ terminal, withN8n }: StartRequest) {
	const { env } = terminal;
	return {
		postgres: wantedPostgresPort(terminal),
		worker: readPort(env, 'LMA_HTTP_PORT', 3030, 'the worker'),
		smtp: env.SMTP_URL ? undefined : readPort(env, 'LMA_SMTP_PORT', 2525, 'the mail sink'),
		n8n: withN8n ? readPort(env, 'LMA_N8N_PORT', 5678, 'n8n') : undefined,
	} satisfies Record<string, WantedPort | undefined>;
}

/** For as long as this process works with it. @throws CommandFailedError when another one does. */
async function holdFolder(folder: StateFolder, shutdown: Shutdown): Promise<void> {
	const release = tryFileLock(folder.file('start.lock'));
	if (!release)
		throw new CommandFailedError(
			`"lma start" is running already, with the data in ${folder.path}. Press Ctrl-C there to stop it, or start another ` +
				'one beside it with --data <folder> and LMA_POSTGRES_PORT, LMA_HTTP_PORT, LMA_SMTP_PORT and LMA_N8N_PORT.',
		);
	await shutdown.add('The lock', () => {
		release();
		return Promise.resolve();
	});
}

async function openSink(folder: StateFolder, { port }: WantedPort, shutdown: Shutdown) {
	const sink = await startMailSink(port, folder.file('mail'));
	await shutdown.add('The mail sink', () => sink.stop());
	return sink;
}
