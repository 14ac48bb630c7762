import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { CommandFailedError } from '../terminal/failure';

/** A local mail server that delivers nothing. */
export interface MailSink {
	/** For SMTP_URL. */
	url: string;
	/** Where the messages lie, one `.eml` file each. */
	folder: string;
	/** Messages received since the start. */
	received(): number;
	stop(): Promise<void>;
}

/**
 * Accepts every message on 127.0.0.1 and keeps it as a file that any mail program opens, named by arrival.
 * @throws CommandFailedError when the package `smtp-server` is not installed.
 */
export async function startMailSink(port: number, folder: string): Promise<MailSink> {
	const { SMTPServer } = await loadSmtpServer();
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const run = new Date().toISOString().replaceAll(/[:.]/g, '-');
	let count = 0;
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onData: (stream, _session, done) => {
			const file = join(folder, `${run}-${String(++count).padStart(5, '0')}.eml`);
			buffer(stream)
				.then((message) => writeFile(file, message, { mode: 0o600 }))
				.then(() => {
					done();
				}, done);
		},
	});
	// Without a listener, a client that hangs up in the middle would end the process.
	server.on('error', () => undefined);
	const listening = once(server.server, 'listening');
	server.listen(port, '127.0.0.1');
	await listening;
	return {
		url: `smtp://127.0.0.1:${port}?from=${encodeURIComponent('outreach@demo.example')}`,
		folder,
		received: () => count,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => {
					resolve();
				});
			}),
	};
}

async function loadSmtpServer() {
	try {
		return await import('smtp-server');
	} catch (error) {
		throw new CommandFailedError(
			'smtp-server is not installed, so there is no local mail server. Run "npm install smtp-server", or set SMTP_URL.',
			false,
			{ cause: error },
		);
	}
}
