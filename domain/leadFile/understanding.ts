import { sayConventions } from './columnSurvey';
import type { FileFacts, ImportCounts } from './importResult';
import type { OptionWording } from './leadFile';
import { listed } from './planQuestion';
import type { SettledColumn } from './rowReader';
import { isSamePlace, isWholeName, type LeftOut, type Target } from './target';

/** How one column was understood, for programs. */
export interface UnderstoodColumn {
	heading: string;
	/** The field, or `customFields.` and a key; null when it was left out. */
	field: string | null;
	/** How its cells were read, or why it was left out. */
	reading: string;
}

const WHOLE: Target = { field: 'fullName', form: 'name' };

const WHY: Record<LeftOut, string> = {
	unknown: 'left out: leads do not have it',
	asked: 'left out, as asked',
	export: 'left out: leads do not need it',
	second: 'left out: another column was chosen for its field',
	own: 'left out: it says why rows were rejected',
	extra: 'left out: it has no heading',
	empty: 'left out: it has no heading',
};

const DELIMITER_NAMES: Record<string, string> = {
	',': 'comma',
	';': 'semicolon',
	'\t': 'tab',
	'|': 'vertical bar',
};

/** How each column was understood. */
export function understoodColumns({
	columns,
	decided,
}: Pick<FileFacts, 'columns' | 'decided'>): UnderstoodColumn[] {
	return columns.map((column) => ({
		heading: column.heading,
		field: fieldName(column.target),
		reading:
			'leftOut' in column.target
				? WHY[column.target.leftOut]
				: readingOf(column, column.target.form, decided),
	}));
}

/** How a file was understood, in lines for people: its form, each column that counts, and in one line those left out. */
export function describeFile(file: FileFacts, say: OptionWording): string[] {
	const { name, encoding, delimiter, headingLine, knownExport, footerCount } = file;
	const guess = encoding.isGuess
		? ` (it is not UTF-8; if letters are wrong, name another: ${say('encoding', 'windows-1250')})`
		: '';
	const from = knownExport ? `, ${knownExport.name}` : '';
	const form = `${name}: ${encoding.name}${guess}, ${DELIMITER_NAMES[delimiter] ?? delimiter}, headings in line ${headingLine}${from}`;
	const footer =
		footerCount > 0 ? [`  ${plural(footerCount, 'line')} below the rows left out: no leads`] : [];
	const columns = understoodColumns(file).flatMap(({ heading, field, reading }) =>
		field === null ? [] : `  ${heading} → ${field}${reading === '' ? '' : `, ${reading}`}`,
	);
	return [form, ...columns, ...leftOutLines(file.columns, say), ...footer];
}

/** The counts in a sentence: "200 rows: 184 created, 14 updated, 0 unchanged, 2 rejected." */
export function describeCounts(
	{ read, created, updated, unchanged, rejected }: ImportCounts,
	isDryRun = false,
): string {
	const counts = `${created} created, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected`;
	return isDryRun
		? `${plural(read, 'row')} would be: ${counts}. Nothing was stored: this was a dry run.`
		: `${plural(read, 'row')}: ${counts}.`;
}

/** "1 row", "2 rows". */
export function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function leftOutLines(columns: readonly SettledColumn[], say: OptionWording): string[] {
	const headingsOf = (...why: LeftOut[]) =>
		columns.flatMap(({ heading, target }) =>
			'leftOut' in target && why.includes(target.leftOut) ? heading : [],
		);
	const all = headingsOf('unknown');
	const [name] = all.filter(isWholeName);
	const isSplit = columns.some(({ target }) => isSamePlace(target, WHOLE));
	const unknown = isSplit ? all : all.filter((heading) => heading !== name);
	const others = headingsOf('asked', 'export', 'second');
	const first = columns.find(({ heading, target }) => heading === unknown[0] && 'leftOut' in target);
	const isCalled = first === undefined || !/^column \d+$/.test(first.heading);
	const keep = say('map', `${isCalled ? (unknown[0] ?? '') : `#${first.index + 1}`}=customFields.<key>`);
	return [
		...(name !== undefined && !isSplit
			? [
					`  Left out: ${name} may hold first and last name in one. ${say('map', `${name}=fullName`)} splits it: what follows the last space, or stands before a comma, is the last name.`,
				]
			: []),
		...(unknown.length > 0
			? [
					`  Left out, since leads do not have ${unknown.length === 1 ? 'it' : 'them'}: ${listed(unknown)}. ${keep} keeps one.`,
				]
			: []),
		...(others.length > 0 ? [`  Left out besides: ${listed(others)}`] : []),
	];
}

function fieldName(target: Target): string | null {
	if ('leftOut' in target) return null;
	return target.field ?? `customFields.${target.key}`;
}

function readingOf(
	{ index, conventions }: SettledColumn,
	form: string,
	decided: ReadonlySet<number>,
): string {
	const convention = decided.has(index) ? [sayConventions(form, conventions)] : [];
	if (form === 'money') return ['in whole units of money', ...convention].join(', ');
	if (form === 'cents') return 'in cents';
	if (form === 'name') return 'split into first and last name';
	if (form === 'list') return 'separated by commas or semicolons';
	return convention.join('');
}
