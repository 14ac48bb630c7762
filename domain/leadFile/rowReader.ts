import type { AsRead } from '../customField/checkedCustomFields';
import { nameOf } from '../customField/customField';
import { type FieldProblem, LmaError, ValidationError } from '../error/errors';
import { Unreadable } from '../input/unreadable';
import { type UpsertLead, upsertLeadSchema } from '../lead/input';
import { readLead } from '../lead/readLead';
import { PIPELINE_KINDS, type PipelineKind } from '../pipeline/pipeline';
import { type Reading, readCents, readMoney } from './amount';
import { plainCell } from './cell';
import { type CellConventions, STANDARD } from './columnSurvey';
import { dayProblem, readDay } from './day';
import { readDecimal } from './decimal';
import type { CsvRow } from './leadFile';
import { readList } from './list';
import { readPhone } from './phone';
import type { PlannedColumn } from './planQuestion';
import type { LeftOut, Target } from './target';
import { splitName } from './wholeName';

/** What a row says of a lead, or everything that is wrong with it. */
export type ReadRow = CsvRow &
	({ lead: AsRead<UpsertLead>; reason?: undefined } | { lead?: undefined; reason: string });

/** A column with how its cells are read. */
export type SettledColumn = PlannedColumn & { conventions: CellConventions };

/** For rows that do not say it themselves. */
export interface RowDefaults {
	source?: string | undefined;
	onInvalidField?: UpsertLead['onInvalidField'];
	/** The value that the organization's own label of a status, a source or a temperature stands for; else the label. */
	meantLabel?: ((field: PipelineKind, label: string) => string) | undefined;
}

/**
 * Reads a row. Empty cells are left out, so that they do not clear what is known, but for the address, which every lead needs. A row
 * with more or fewer cells than there are headings is refused: nobody knows which cell belongs where.
 */
export function readRow(
	row: CsvRow,
	columns: readonly SettledColumn[],
	{ meantLabel, ...defaults }: RowDefaults,
): ReadRow {
	const read = readCells(row, columns, defaults, meantLabel);
	const shifted = shiftOf(row.cells, columns);
	if (shifted === undefined) return read;
	const besides = read.reason ?? told('problems' in read.lead ? read.lead.problems : []);
	return { ...row, reason: besides === '' ? shifted : `${shifted} As the cells stand, besides: ${besides}` };
}

function readCells(
	row: CsvRow,
	columns: readonly SettledColumn[],
	defaults: Omit<RowDefaults, 'meantLabel'>,
	meantLabel: RowDefaults['meantLabel'],
): ReadRow {
	const { customFields, ...given } = { ...defaults, ...readFields(row.cells, columns) };
	for (const field of PIPELINE_KINDS) {
		const label = given[field as keyof typeof given];
		if (meantLabel && typeof label === 'string') Object.assign(given, { [field]: meantLabel(field, label) });
	}
	try {
		const lead = readLead<UpsertLead>(upsertLeadSchema, {
			...given,
			...(customFields instanceof Unreadable ? { customFields } : { customFieldChanges: customFields }),
		});
		return { ...row, lead };
	} catch (error) {
		if (!(error instanceof LmaError)) throw error;
		return { ...row, reason: reasonOf(error) };
	}
}

/**
 * What the cells of a row say, by field: those that are filled, and the address in any case. In the place of what cannot be
 * read stands an `Unreadable`.
 *
 * @internal tests post the same fields to a web form
 */
export function readFields(
	cells: readonly string[],
	columns: readonly SettledColumn[],
): Record<string, unknown> & { customFields?: unknown } {
	const fields: Record<string, unknown> = { email: '' };
	// Without a prototype no key means anything else than itself.
	const custom = Object.create(null) as Record<string, unknown>;
	for (const { index, target, conventions } of columns) {
		if ('leftOut' in target) continue;
		const cell = plainCell(cells[index] ?? '');
		if (cell === '') continue;
		if (target.form === 'name') {
			Object.assign(fields, splitName(cell));
			continue;
		}
		const value = valueIn(cell, target, conventions);
		if (target.field === undefined) custom[target.key] = value;
		else if (target.field !== 'customFields' || value instanceof Unreadable) fields[target.field] = value;
		else Object.assign(custom, value);
	}
	return Object.keys(custom).length > 0 ? { customFields: custom, ...fields } : fields;
}

/** Why a lead was not written: everything that is wrong, each with its remedy. */
export function reasonOf(error: LmaError): string {
	if (!(error instanceof ValidationError)) return `${error.sentences.replace(/\.$/, '')}.`;
	return told(error.problems);
}

function told(problems: readonly FieldProblem[]): string {
	const isOne = problems.length === 1;
	const sentences = problems.map(
		({ message, description }, index) => `${isOne ? '' : `(${index + 1}) `}${message}. ${description}`,
	);
	return sentences.join(' ');
}

/** Of a row with cells where no heading is, or too few of them: what is wrong. */
function shiftOf(cells: readonly string[], columns: readonly SettledColumn[]): string | undefined {
	const isLeftOut = ({ target }: SettledColumn, ...why: LeftOut[]) =>
		'leftOut' in target && why.includes(target.leftOut);
	const headed = columns.filter((column) => !isLeftOut(column, 'extra', 'own', 'empty'));
	const extra = columns.filter((column) => isLeftOut(column, 'extra') && cells[column.index]?.trim());
	const count = extra.length > 0 ? headed.length + extra.length : cells.length;
	const isShort = cells.length <= (headed.at(-1)?.index ?? 0);
	if (extra.length === 0 && !isShort && lastFilled(cells) <= columns.length) return undefined;
	const remedy = isShort
		? 'Give every column its cell, an empty one where there is no value.'
		: 'A value with the delimiter in it needs quotation marks. Among the rejected rows, join the cells that are one value and move those behind it to the left, until nothing stands under lma_extra.';
	return `The row has ${count} ${count === 1 ? 'cell' : 'cells'}, and the heading has ${headed.length}. ${remedy}`;
}

function lastFilled(cells: readonly string[]): number {
	return cells.findLastIndex((cell) => cell.trim() !== '') + 1;
}

type FilledTarget = Exclude<Target, { leftOut: unknown } | { form: 'name' }>;

/** What a cell says; what it should be where it cannot be read. Custom fields are read by who knows the register. */
function valueIn(
	cell: string,
	target: FilledTarget,
	{ decimalMark, dateOrder, locale }: CellConventions = STANDARD,
): unknown {
	switch (target.form) {
		case 'money':
			return orUnreadable(target, cell, readMoney(cell, decimalMark));
		case 'cents':
			return orUnreadable(target, cell, readCents(withoutZeros(cell)));
		case 'integer':
			return withoutZeros(cell);
		case 'phone':
			return orUnreadable(target, cell, readPhone(cell));
		case 'json':
			return orUnreadable(target, cell, jsonIn(cell));
		case 'list':
			return readList(cell);
		case 'day':
			return readDay(cell, dateOrder, locale) ?? unreadableDay(target, cell);
		case 'number':
			return readDecimal(cell, decimalMark) ?? cell;
		case 'text':
			return cell;
	}
}

/** Custom fields are refused by who knows their type. */
function unreadableDay(target: FilledTarget, cell: string): unknown {
	return target.field === undefined ? cell : orUnreadable(target, cell, { problem: dayProblem(cell) });
}

/** `50.0` is 50: so programs write whole numbers that they keep as fractions. Three zeros may be thousands. */
function withoutZeros(cell: string): string {
	return cell.replace(/^(\d+)[.,]0{1,2}$/, '$1');
}

function orUnreadable(target: FilledTarget, cell: string, reading: Reading<unknown>): unknown {
	if (reading.problem === undefined) return reading.value;
	const field = target.field ?? nameOf(target);
	const [problem = '', remedy = ''] = reading.problem.split('; ', 2);
	const description = `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`;
	return new Unreadable({ field, message: `${field} ${problem}`, description }, cell);
}

function jsonIn(cell: string): Reading<unknown> {
	const value = parsed(cell);
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value };
	return { problem: 'must be a JSON object; write it as {"industry": "retail"}' };
}

function parsed(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
