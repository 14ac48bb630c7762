import type { Command } from 'commander';
import { untilInterrupted } from './terminal/interruption';
import type { Services } from './services';
import type { Terminal } from './terminal/terminal';

/** `lma worker`: sends what is scheduled and keeps the workflows in step, until SIGTERM or Ctrl-C. */
export function registerWorker(program: Command, terminal: Terminal, services: Services): void {
	program
		.command('worker')
		.description('Send scheduled communications and keep workflows in step with n8n, until stopped.')
		.addHelpText(
			'after',
			'\nUses DATABASE_URL (a login in lma_worker), REDIS_URL, SMTP_URL, LMA_ENCRYPTION_KEY, LMA_HTTP_HOST,\n' +
				'LMA_HTTP_PORT, LOG_LEVEL.',
		)
		.action(async () => {
			// Before it answers anybody: who sees that it is ready may ask it to end.
			const interrupted = untilInterrupted();
			const worker = await services.startWorker(terminal.env);
			await interrupted;
			await worker.stop();
			// A connection to a server that is away may hold the process; what it had to say is said.
			setTimeout(() => process.exit(), 100).unref();
		});
}
