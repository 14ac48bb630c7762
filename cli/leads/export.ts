import { type Command, Option } from 'commander';

import { EXPORT_FORMATS, type ExportFormat, exportLeads } from '../../db/leadFile/exportLeads';
import { plural } from '../../domain/leadFile/understanding';
import { withApplication } from '../database';
import type { Terminal } from '../terminal/terminal';
import { createPrivateFile } from './createPrivateFile';
import { addFilterOptions, readFilter } from './filterOptions';

interface ExportCommandOptions {
	org: string;
	format: ExportFormat;
	output?: string;
	[filter: string]: unknown;
}

const QUIET_MS = 5_000;

/** `lma leads export`: leads as CSV or JSON lines, as they come. */
export function registerExport(leads: Command, terminal: Terminal): void {
	const command = leads
		.command('export')
		.description('Export leads as CSV that can be imported again, or as JSON lines.')
		.requiredOption('--org <slug>', 'the organization whose leads they are')
		.addOption(
			new Option('--format <format>', 'csv, or one JSON object a line')
				.choices(EXPORT_FORMATS)
				.default('csv'),
		)
		.option('--output <file>', 'where to write to (default: standard output)');
	addFilterOptions(command).action((options: ExportCommandOptions) => runExport(options, terminal));
}

async function runExport(
	{ org, format, output, ...filters }: ExportCommandOptions,
	terminal: Terminal,
): Promise<void> {
	const filter = readFilter(filters);
	let lastNote = Date.now();
	const progress = (count: number) => {
		if (Date.now() - lastNote < QUIET_MS) return;
		lastNote = Date.now();
		terminal.note(`  ${plural(count, 'lead')} so far`);
	};
	const file = output === undefined ? undefined : await createPrivateFile(output);
	try {
		const count = await withApplication(terminal, (sql) =>
			exportLeads(sql, org, filter, format, async (text, soFar) => {
				if (file) await file.write(text);
				else if (terminal.write) await terminal.write(text);
				else terminal.print(text.replace(/\n$/, ''));
				progress(soFar);
			}),
		);
		await file?.keep();
		terminal.note(`${plural(count, 'lead')} exported${output === undefined ? '' : ` to ${output}`}.`);
	} finally {
		await file?.close();
	}
}
