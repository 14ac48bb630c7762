import type { AsRead } from '../customField/checkedCustomFields';
import { nameOf } from '../customField/customField';
import { LmaError, ValidationError } from '../error/errors';
import { Unreadable } from '../input/unreadable';
import { type UpsertLead, upsertLeadSchema } from '../lead/input';
import { readLead } from '../lead/readLead';
import { PIPELINE_KINDS, type PipelineKind } from '../pipeline/pipeline';
import { type Reading, readCents, readMoney } from './amount';
import { type CellConventions, STANDARD } from './columnSurvey';
import { readDay } from './day';
import { readDecimal } from './decimal';
import { restored } from './formula';
import type { CsvRow } from './leadFile';
import type { PlannedColumn } from './planQuestion';
import type { LeftOut, Target } from './target';

/** What a row says of a lead, or everything that is wrong with it. */
export type ReadRow = CsvRow &
	({ lead: AsRead<UpsertLead>; reason?: undefined } | { lead?: undefined; reason: string });

/** A column with how its cells are read. */
export type SettledColumn = PlannedColumn & { conventions: CellConventions };

/** For rows that do not say it themselves. */
export interface RowDefaults {
	source?: string | undefined;
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
	const shifted = shiftOf(row.cells, columns);
	if (shifted !== undefined) return { ...row, reason: shifted };
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
	const custom: Record<string, unknown> = {};
	for (const { index, target, conventions } of columns) {
		if ('leftOut' in target) continue;
		const cell = restored(cells[index]?.trim() ?? '').trim();
		if (cell === '') continue;
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
	return error.problems.map(({ message, description }) => `${message}. ${description}`).join(' ');
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
		: 'Put a value that contains the delimiter in quotation marks, or take away what is too much.';
	return `The row has ${count} ${count === 1 ? 'cell' : 'cells'}, and the heading has ${headed.length}. ${remedy}`;
}

function lastFilled(cells: readonly string[]): number {
	return cells.findLastIndex((cell) => cell.trim() !== '') + 1;
}

type FilledTarget = Exclude<Target, { leftOut: unknown }>;

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
			return orUnreadable(target, cell, readCents(cell));
		case 'json':
			return orUnreadable(target, cell, jsonIn(cell));
		case 'list':
			return listIn(cell);
		case 'day':
			return readDay(cell, dateOrder, locale) ?? cell;
		case 'number':
			return readDecimal(cell, decimalMark) ?? cell;
		case 'text':
			return cell;
	}
}

function orUnreadable(target: FilledTarget, cell: string, reading: Reading<unknown>): unknown {
	if (reading.problem === undefined) return reading.value;
	const field = target.field ?? nameOf(target);
	const [problem = '', remedy = ''] = reading.problem.split('; ', 2);
	const description = `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`;
	return new Unreadable({ field, message: `${field} ${problem}`, description }, cell);
}

function listIn(cell: string): string[] {
	const list: unknown = cell.startsWith('[') ? parsed(cell) : undefined;
	if (Array.isArray(list)) return list.map(String);
	return cell.split(/[;,\n]/).flatMap((entry) => restored(entry.trim()).trim() || []);
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
