import { nameOf, readCustomFieldValue } from '../customField/customFieldValue';
import { LmaError, ValidationError } from '../error/errors';
import { plainly } from '../input/parseInput';
import { type UpsertLead, upsertLeadSchema } from '../lead/input';
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
	({ lead: UpsertLead; reason?: undefined } | { lead?: undefined; reason: string });

/** A column with how its cells are read. */
export type SettledColumn = PlannedColumn & { conventions: CellConventions };

/** For rows that do not say it themselves. */
export interface RowDefaults {
	source?: string | undefined;
}

/**
 * Reads a row. Empty cells are left out, so that they do not clear what is known, but for the address, which every lead needs. A row
 * with more or fewer cells than there are headings is refused: nobody knows which cell belongs where.
 */
export function readRow(row: CsvRow, columns: readonly SettledColumn[], defaults: RowDefaults): ReadRow {
	const shifted = shiftOf(row.cells, columns);
	if (shifted !== undefined) return { ...row, reason: shifted };
	const problems: string[] = [];
	const lead: Record<string, unknown> = { email: '', ...defaults };
	const changes: Record<string, unknown> = {};
	for (const { index, target, conventions } of columns) {
		if ('leftOut' in target) continue;
		const cell = restored(row.cells[index]?.trim() ?? '').trim();
		if (cell === '') continue;
		const reading = readCell(cell, target, conventions);
		const name = target.field ?? nameOf(target);
		if (reading.problem !== undefined) problems.push(sentences(name, reading.problem));
		else if (target.field === 'customFields') Object.assign(changes, reading.value);
		else if (target.field) lead[target.field] = reading.value;
		else changes[target.key] = reading.value;
	}
	const parsed = upsertLeadSchema.safeParse(
		{ ...lead, ...(Object.keys(changes).length > 0 && { customFieldChanges: changes }) },
		{ error: plainly },
	);
	for (const { path, message } of parsed.error?.issues ?? [])
		problems.push(sentences(path.join('.'), message));
	return parsed.success && problems.length === 0
		? { ...row, lead: parsed.data }
		: { ...row, reason: [...new Set(problems)].join(' ') };
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

function readCell(
	cell: string,
	target: Exclude<Target, { leftOut: unknown }>,
	{ decimalMark, dayOrder }: CellConventions = STANDARD,
): Reading<unknown> {
	switch (target.form) {
		case 'money':
			return readMoney(cell, decimalMark);
		case 'cents':
			return readCents(cell);
		case 'list':
			return { value: listIn(cell) };
		case 'json':
			return jsonIn(cell);
		case 'day':
			return registered(target, readDay(cell, dayOrder) ?? cell);
		case 'number':
			return registered(target, readDecimal(cell, decimalMark) ?? cell);
		case 'text':
			return registered(target, cell);
	}
}

/** A value of a registered custom field as it is stored; of anything else as it is. */
function registered(target: Exclude<Target, { leftOut: unknown }>, value: string): Reading<unknown> {
	if (target.field !== undefined || !target.definition) return { value };
	try {
		return { value: readCustomFieldValue(target.definition, value) };
	} catch (error) {
		if (!(error instanceof ValidationError)) throw error;
		const problem = error.message.slice(error.field.length + 1);
		return { problem: `${problem}; ${error.description}` };
	}
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

/** What is wrong with a field, and what to do, as sentences; a problem has its remedy after a semicolon. */
function sentences(field: string, problem: string): string {
	const at = problem.indexOf('; ');
	if (at < 0) return `${field} ${problem}. Correct ${field}.`;
	const remedy = problem.slice(at + 2);
	return `${field} ${problem.slice(0, at)}. ${remedy.charAt(0).toUpperCase()}${remedy.slice(1).replace(/\.$/, '')}.`;
}

/** The reason that a database function gives for not writing a lead. */
export function reasonOf(error: LmaError): string {
	return `${error.sentences.replace(/\.$/, '')}.`;
}
