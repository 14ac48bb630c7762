import { randomBytes } from 'node:crypto';

import type { Services } from '../services';
import type { Terminal } from '../terminal/terminal';
import { readVariable } from '../machine/variable';
import type { DemoLogins } from './demo';
import type { Shutdown } from './shutdown';
import type { StateFolder } from './stateFolder';

/** What the worker of `lma start` runs with. */
export interface DemoWorkerOptions {
	terminal: Terminal;
	services: Services;
	folder: StateFolder;
	shutdown: Shutdown;
	logins: DemoLogins;
	smtpUrl: string;
}

/** The key that secrets of integrations are encrypted with: the environment's, else one that is made and kept. */
export function demoEncryptionKey({ env }: Terminal, folder: StateFolder): string {
	const given = readVariable(env, 'LMA_ENCRYPTION_KEY');
	return given ?? folder.secret('encryptionKey', () => randomBytes(32).toString('base64'));
}

/** Runs the worker in this process, quiet unless LOG_LEVEL says otherwise. Returns the address of its HTTP server. */
export async function startDemoWorker(options: DemoWorkerOptions): Promise<string> {
	const { terminal, services, folder, shutdown, logins, smtpUrl } = options;
	const worker = await services.startWorker({
		...terminal.env,
		LOG_LEVEL: readVariable(terminal.env, 'LOG_LEVEL') ?? 'warn',
		LMA_ENCRYPTION_KEY: demoEncryptionKey(terminal, folder),
		DATABASE_URL: logins.workerUrl,
		SMTP_URL: smtpUrl,
	});
	await shutdown.add('The worker', () => worker.stop());
	return worker.url;
}
