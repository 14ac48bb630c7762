import { resolve } from 'node:path';

import { type Command, Option } from 'commander';

import { importFile } from '../../db/leadFile/importFile';
import { INVALID_FIELD_POLICIES } from '../../domain/customField/invalidField';
import { FileOptionError, UnclearFileError } from '../../domain/leadFile/errors';
import type { ImportOptions } from '../../domain/leadFile/importOptions';
import type { ImportResult, IncompleteRow } from '../../domain/leadFile/importResult';
import { describeCounts, describeFile, plural, understoodColumns } from '../../domain/leadFile/understanding';
import { LEAD_SOURCES } from '../../domain/lead/labels';
import { withApplication } from '../database';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { importProgress } from './importProgress';
import { withLeadFile } from './leadFile';
import { sayOption } from './optionWording';
import { RejectedRows } from './rejectedRows';

interface ImportCommandOptions {
	org: string;
	source?: ImportOptions['source'];
	tag?: string[];
	map?: string[];
	strict?: boolean;
	locale?: string;
	encoding?: string;
	delimiter?: string;
	onInvalidField?: ImportOptions['onInvalidField'];
	dryRun?: boolean;
	rejected?: string;
	json?: boolean;
}

/** Rejected rows that are told one by one; the file has them all. */
const MOST_REASONS = 20;

/** `lma leads import`: leads from a CSV file, the way the nodes store them. */
export function registerImport(leads: Command, terminal: Terminal): void {
	leads
		.command('import')
		.description(
			'Import leads from a CSV file: new addresses are created, known ones updated. Safe to repeat.',
		)
		.argument('<file>', 'CSV with a header line, - for standard input; encoding and delimiter are found out')
		.requiredOption('--org <slug>', 'the organization that gets the leads')
		.option('--dry-run', 'read everything, say what would become of it, and store nothing')
		.option(
			'--map <heading=field>',
			'what a column is: a field, customFields.<key>, or - to leave it out (repeatable)',
			collect,
		)
		.option('--strict', 'refuse the file when it has columns that leads do not have')
		.option('--locale <locale>', 'how numbers and dates are written: de, en-US, en-GB, fr, …')
		.option('--encoding <name>', 'utf-8, utf-16le, windows-1252, …, when it is not found out rightly')
		.option('--delimiter <character>', 'what separates cells: a character, comma, semicolon, tab or pipe')
		.addOption(new Option('--source <source>', 'for rows without a source').choices(LEAD_SOURCES))
		.option('--tag <tag...>', 'tags for rows without tags, besides those that a lead has')
		.addOption(
			new Option(
				'--on-invalid-field <choice>',
				'a wrong value in a field that a lead need not have: refuse the row (default), omit the value, or keep it as text in the custom field <field>_unchecked',
			).choices(INVALID_FIELD_POLICIES),
		)
		.option('--rejected <file>', 'where bad rows go (default: <file>.rejected.csv)')
		.option('--json', 'print the result as JSON')
		.addHelpText(
			'after',
			'\nExits with 0 when every row became a lead, 1 when rows were rejected or it failed, 2 when an option is needed or wrong.',
		)
		.action((file: string, options: ImportCommandOptions) => runImport(file, options, terminal));
}

async function runImport(path: string, options: ImportCommandOptions, terminal: Terminal): Promise<void> {
	const { org, tag: tags, strict: isStrict, dryRun: isDryRun, json, ...others } = options;
	const rejected = new RejectedRows(rejectedPath(path, options.rejected));
	const progress = importProgress(terminal);
	const incomplete: IncompleteRow[] = [];
	let result: ImportResult;
	try {
		result = await withApplication(terminal, (sql) =>
			withLeadFile(path, terminal, (file) =>
				importFile(sql, org, file, { ...others, tags, isStrict, isDryRun }, sayOption, {
					onOpened: async (opened) => {
						await rejected.start(opened);
						incomplete.length = 0;
						progress.start(opened.rowCount);
						if (!json) for (const line of describeFile(opened, sayOption)) terminal.print(line);
					},
					onRejected: (rows) => rejected.add(rows),
					onIncomplete: (rows) => void incomplete.push(...rows),
					onProgress: progress.update,
				}),
			),
		);
	} catch (error) {
		const isOfOptions = error instanceof UnclearFileError || error instanceof FileOptionError;
		throw isOfOptions ? new CommandFailedError(withEnd(error.sentences), true) : error;
	} finally {
		progress.stop();
		await rejected.end();
	}
	const old = isDryRun ? undefined : await rejected.putAside();
	if (json) {
		const told = toJson(result, rejected, incomplete, isDryRun);
		terminal.print(JSON.stringify({ ...told, ...(old !== undefined && { earlierRejectedFile: old }) }));
	} else {
		if (old !== undefined) terminal.note(`  Rejected rows of an earlier import are now in ${old}`);
		tell(result, rejected, incomplete, isDryRun, terminal);
	}
	if (result.rejected === 0) return;
	const became = isDryRun ? 'would not become' : 'did not become';
	throw new CommandFailedError(
		`${plural(result.rejected, 'row')} ${became} ${result.rejected === 1 ? 'a lead' : 'leads'}. Correct the rejected rows in ${rejected.path} and import that file.`,
	);
}

function tell(
	result: ImportResult,
	{ reasons, path }: RejectedRows,
	incomplete: readonly IncompleteRow[],
	isDryRun: boolean | undefined,
	terminal: Terminal,
): void {
	for (const { line, reason } of reasons.slice(0, MOST_REASONS)) terminal.note(`  line ${line}: ${reason}`);
	const more = reasons.length - MOST_REASONS;
	if (more > 0) terminal.note(`  and ${plural(more, 'more row')} in ${path}`);
	for (const { line, invalidFields } of incomplete.slice(0, MOST_REASONS))
		for (const { problem, keptAs } of invalidFields)
			terminal.note(`  line ${line}: ${problem}; ${keptAs === null ? 'left out' : `kept as ${keptAs}`}`);
	terminal.print(describeCounts(result, isDryRun));
	if (incomplete.length > 0)
		terminal.print(`${plural(incomplete.length, 'row')} without a value that was wrong.`);
}

/** @throws CommandFailedError when it is the file that is read */
function rejectedPath(path: string, wanted?: string): string {
	const rejected = wanted ?? `${path === '-' ? 'leads' : path.replace(/\.csv$/i, '')}.rejected.csv`;
	if (resolve(rejected) !== resolve(path)) return rejected;
	throw new CommandFailedError(`--rejected ${rejected} is the file that is read. Name another.`, true);
}

function toJson(
	result: ImportResult,
	{ reasons, path }: RejectedRows,
	incomplete: readonly IncompleteRow[],
	isDryRun = false,
) {
	const { read, created, updated, unchanged, encoding, delimiter, headingLine } = result;
	return {
		...{ read, created, updated, unchanged, rejected: reasons, incomplete },
		...{ isDryRun, encoding: encoding.name, delimiter, headingLine },
		columns: understoodColumns(result),
		...(reasons.length > 0 && { rejectedFile: path }),
	};
}

function collect(value: string, values: string[] = []): string[] {
	return [...values, value];
}

function withEnd(sentence: string): string {
	return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
