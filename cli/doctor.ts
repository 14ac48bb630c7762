import type { Command } from 'commander';

import { diagnose, type Diagnosis } from '../schema/doctor/doctor';
import type { Severity } from '../schema/doctor/finding';
import { withOwner } from './database';
import { CommandFailedError } from './terminal/failure';
import type { Terminal } from './terminal/terminal';
import { wholeNumber } from './terminal/wholeNumber';

const order: Severity[] = ['problem', 'warn', 'ok'];

/** `lma doctor`: examines the database and says what to do. */
export function registerDoctor(program: Command, terminal: Terminal): void {
	program
		.command('doctor')
		.description('Examine the database: indexes, vacuum, partitions, row security, roles. Changes nothing.')
		.option(
			'--unused-after <days>',
			'report indexes that have not been used for this many days',
			wholeNumber('days', 0, 36_500),
			7,
		)
		.option('--json', 'print every finding as JSON: check, severity, object, found, remedy')
		.addHelpText(
			'after',
			'\nThe exit code is 1 when there is a problem, and 0 when there are only warnings.\nUses DATABASE_OWNER_URL, else DATABASE_URL.',
		)
		.action(async ({ json, unusedAfter }: { json?: boolean; unusedAfter: number }) => {
			const found = await withOwner(terminal, (sql) => diagnose(sql, { unusedIndexDays: unusedAfter }));
			const sorted = order.flatMap((severity) => found.filter((finding) => finding.severity === severity));
			const counts = order.map((severity) => found.filter((finding) => finding.severity === severity).length);
			if (json) terminal.print(JSON.stringify(sorted));
			else {
				for (const finding of sorted) print(terminal, finding);
				terminal.print(
					`\n${counts[0] ?? 0} problems, ${counts[1] ?? 0} warnings, ${counts[2] ?? 0} checks passed`,
				);
			}
			if (counts[0])
				throw new CommandFailedError('The database has problems. Each is listed with its remedy.');
		});
}

function print(terminal: Terminal, { severity, check, object, found, remedy }: Diagnosis): void {
	terminal.print(`${severity.padEnd(7)}  ${check}: ${object}: ${found}.`);
	if (remedy) terminal.print(`         → ${remedy}`);
}
