import type { Command } from 'commander';

import { adopt } from '../schema/adopt/adopt';
import { migrateQueues } from '../schema/migration/migrateQueues';
import { adoptionProgress } from './adopt/progress';
import { describeAdoption } from './adopt/report';
import { ownerUrl } from './database';
import { CommandFailedError } from './terminal/failure';
import type { Terminal } from './terminal/terminal';
import { wholeNumber } from './terminal/wholeNumber';

interface AdoptCommandOptions {
	apply?: boolean;
	platformRole?: string[];
	ignoreRole?: string[];
	referenceUrl?: string;
	lockWait: number;
	json?: boolean;
}

/** `lma adopt`: brings a database that another program made after the schema document to ours. */
export function registerAdopt(program: Command, terminal: Terminal): void {
	program
		.command('adopt')
		.description(
			'Take over a live database that another program made: report what would be done, or do it with --apply.',
		)
		.option('--apply', 'do it; without this option nothing in the database is changed')
		.option('--platform-role <name>', 'a role that keeps seeing every organization (repeatable)', collect)
		.option('--ignore-role <name>', 'a role that may lose sight of rows (repeatable)', collect)
		.option(
			'--reference-url <url>',
			'an empty database on the same server, when the login may not create one',
		)
		.option(
			'--lock-wait <seconds>',
			'how long to keep trying to get a lock',
			wholeNumber('seconds', 1, 604_800),
			600,
		)
		.option('--json', 'print the report as JSON')
		.addHelpText(
			'after',
			'\nUses DATABASE_OWNER_URL, else DATABASE_URL, which must lead to the server itself and not to PgBouncer. A lock on a ' +
				'live table is never held, or waited for, for more than a second; the command can be stopped and run again at any time.',
		)
		.action(
			async ({
				apply = false,
				platformRole,
				ignoreRole,
				referenceUrl,
				lockWait,
				json,
			}: AdoptCommandOptions) => {
				const progress = adoptionProgress(terminal);
				try {
					const report = await adopt(ownerUrl(terminal), {
						apply,
						referenceUrl,
						platformRoles: platformRole ?? [],
						ignoredRoles: ignoreRole ?? [],
						lockWaitMs: lockWait * 1000,
						afterwards: migrateQueues,
						...(apply && progress.listeners),
					});
					progress.stop();
					terminal.print(json ? JSON.stringify(report) : describeAdoption(report));
					if (report.remaining.length > 0)
						throw new CommandFailedError('The database still differs; run `lma adopt --apply` again.');
				} finally {
					progress.stop();
				}
			},
		);
}

function collect(value: string, values: string[] = []): string[] {
	return [...values, value];
}
