import type { Command } from 'commander';
import { untilInterrupted } from './terminal/interruption';
import { CommandFailedError } from './terminal/failure';
import { startEverything } from './start/everything';
import { Shutdown } from './start/shutdown';
import type { Services } from './services';
import type { Terminal } from './terminal/terminal';

/** `lma start`: everything at once on one machine, for a first look and for development. */
export function registerStart(program: Command, terminal: Terminal, services: Services): void {
	program
		.command('start')
		.description('Start everything on this machine: PostgreSQL, the worker, a demo organization and n8n.')
		.option('--no-n8n', 'leave n8n out')
		.option('--data <folder>', 'where data and secrets are kept between runs', '.lma')
		.addHelpText(
			'after',
			'\nNeeds neither Docker nor services. DATABASE_URL chooses an existing PostgreSQL, SMTP_URL a mail server,\n' +
				'REDIS_URL a Redis. Ports: LMA_HTTP_PORT (3030), LMA_N8N_PORT (5678), LMA_SMTP_PORT (2525),\n' +
				'LMA_POSTGRES_PORT (54329). Ctrl-C stops everything; the next start continues with the same data.',
		)
		.action(async ({ n8n, data }: { n8n: boolean; data: string }) => {
			const shutdown = new Shutdown();
			const interrupted = untilInterrupted();
			const starting = startEverything({ terminal, services, dataFolder: data, withN8n: n8n, shutdown });
			try {
				await Promise.race([starting, interrupted, shutdown.failed]);
				await Promise.race([interrupted, shutdown.failed]);
				terminal.note('Stopping…');
			} finally {
				const problems = await shutdown.end();
				// Interrupted while starting: what was still coming up fails or is stopped by Shutdown.add.
				await starting.catch(() => undefined);
				for (const problem of problems) terminal.note(problem);
				if (problems.length > 0) throw new CommandFailedError('Not everything stopped properly, see above.');
			}
			terminal.note('Everything is stopped.');
			// A connection to a server that is away may hold the process; nothing waits for it any more.
			setTimeout(() => process.exit(), 100).unref();
		});
}
