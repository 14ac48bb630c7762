import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';

import { LEAD_SOURCES } from '../domain/lead/labels';
import { withApplication } from './database';
import { CommandFailedError } from './terminal/failure';
import { importLeads } from './leads/import';
import { writeRejectedRows } from './leads/rejected';
import type { Terminal } from './terminal/terminal';

interface ImportOptions {
	org: string;
	source: string;
	tag?: string[];
	rejected?: string;
	json?: boolean;
}

/** `lma leads import`: leads from a CSV file, the way the nodes store them. */
export function registerLeads(program: Command, terminal: Terminal): void {
	program
		.command('leads')
		.description('Work with leads.')
		.command('import')
		.description(
			'Import leads from a CSV file: new addresses are created, known ones updated. Safe to repeat.',
		)
		.argument('<file>', 'CSV with a header line, UTF-8; comma, semicolon or tab')
		.requiredOption('--org <slug>', 'the organization that gets the leads')
		.addOption(
			new Option('--source <source>', 'for rows without a source').choices(LEAD_SOURCES).default('OTHER'),
		)
		.option('--tag <tag...>', 'tags for rows without tags')
		.option('--rejected <file>', 'where bad rows go (default: <file>.rejected.csv)')
		.option('--json', 'print the result as JSON')
		.action(async (file: string, options: ImportOptions) => {
			const result = await withApplication(terminal, (sql) =>
				importLeads(sql, openFile(file), {
					name: basename(file),
					organization: options.org,
					defaults: { source: options.source, ...(options.tag && { tags: options.tag }) },
				}),
			);
			const rejectedFile = options.rejected ?? `${file.replace(/\.csv$/i, '')}.rejected.csv`;
			if (result.rejected.length > 0) await writeRejectedRows(rejectedFile, result);
			const { read, created, merged } = result;
			const rejected = result.rejected.map(({ line, reason }) => ({ line, reason }));
			if (options.json) {
				const where = rejected.length > 0 ? { rejectedFile } : {};
				terminal.print(JSON.stringify({ read, created, merged, rejected, ...where }));
				return;
			}
			for (const { line, reason } of rejected) terminal.note(`  line ${line}: ${reason}`);
			terminal.print(
				`${read} rows: ${created} leads created, ${merged} merged, ${rejected.length} rejected.`,
			);
			if (rejected.length > 0)
				terminal.print(`Correct the rejected rows in ${rejectedFile} and import that file.`);
		});
}

async function* openFile(path: string): AsyncGenerator<Uint8Array> {
	try {
		yield* createReadStream(path) as AsyncIterable<Buffer>;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') throw new CommandFailedError(`The file ${path} does not exist. Check the path.`);
		if (code === 'EISDIR') throw new CommandFailedError(`${path} is a folder. Name the CSV file in it.`);
		if (code === 'EACCES')
			throw new CommandFailedError(`You are not allowed to read ${path}. Check its permissions.`);
		throw error;
	}
}
