import type { Command } from 'commander';
import { migrate } from '../db/migrate';
import { ownerUrl } from './database';
import type { Terminal } from './terminal';

/** `lma migrate`: brings the database to the schema of this version. */
export function registerMigrate(program: Command, terminal: Terminal): void {
	program
		.command('migrate')
		.description('Bring the database to the schema of this version. Safe to repeat.')
		.option('--json', 'print what was done as JSON')
		.addHelpText(
			'after',
			'\nUses DATABASE_OWNER_URL, else DATABASE_URL. The login must be allowed to create roles.',
		)
		.action(async ({ json }: { json?: boolean }) => {
			const { applied, alreadyApplied } = await migrate(ownerUrl(terminal), {
				onStep: (step) => terminal.note(`  ${step}`),
			});
			if (json) return terminal.print(JSON.stringify({ applied, alreadyApplied }));
			terminal.print(
				applied.length === 0
					? `The schema is up to date: all ${alreadyApplied} migrations were applied before.`
					: `Applied ${applied.length} migrations; ${alreadyApplied} were applied before.`,
			);
		});
}
