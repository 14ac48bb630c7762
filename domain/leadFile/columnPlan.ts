import type { CustomField } from '../customField/customField';
import { mappedTargets } from './columnMap';
import { UnclearFileError } from './errors';
import { findKnownExport, type KnownExport } from './knownExport';
import type { OptionWording } from './leadFile';
import { type PlannedColumn, planQuestions } from './planQuestion';
import { isSamePlace, namedTarget, plainHeading, type Target, targetOf } from './target';

/** What is known when columns are planned. */
export interface PlanContext {
	/** What a column is said to be, by its heading or by `#` and its number; `-` leaves it out. */
	map: ReadonlyMap<string, string>;
	/** Columns that leads do not have are refused instead of left out. */
	isStrict: boolean;
	register: readonly CustomField[];
	say: OptionWording;
}

/** The columns of a file, and the program that wrote it, where that is known. */
export interface ColumnPlan {
	columns: PlannedColumn[];
	knownExport: KnownExport | undefined;
}

/**
 * Says of each column where it goes: what `map` says; else what a known program means by it; else what it is called.
 * Never guesses between two columns for one field, nor at a heading that is nearly a known one.
 *
 * @throws UnclearFileError with all questions at once
 * @throws FileOptionError when `map` names a column or a field that there is not
 */
export function planColumns(headings: readonly string[], context: PlanContext): ColumnPlan {
	const mapped = mappedTargets(headings, context.map, context.register);
	const plain = headings.map(plainHeading);
	const knownExport = findKnownExport(plain);
	const columns = headings.map((heading, index): PlannedColumn => ({
		index,
		heading: heading.trim() || `column ${index + 1}`,
		target: mapped.get(index) ??
			ownTarget(heading) ??
			exportTarget(plain[index] ?? '', plain, knownExport) ??
			nameTarget(plain[index] ?? '', plain) ??
			targetOf(heading, context.register) ?? { leftOut: 'unknown' },
	}));
	const settled = columns
		.map((column) => (isOutdone(column, columns, mapped) ? second(column) : column))
		.map((column) => (knownExport?.isOwn ? unchecked(column) : column));
	const questions = planQuestions(settled, context);
	if (questions.length > 0) throw new UnclearFileError(questions);
	return { columns: settled, knownExport };
}

/** What `rejectedFile` adds, so that its file can be mended and imported, and a column without a heading. */
function ownTarget(heading: string): Target | undefined {
	if (heading.trim() === '') return { leftOut: 'empty' };
	if (!heading.startsWith('lma_')) return undefined;
	return { leftOut: heading.startsWith('lma_extra_') ? 'extra' : 'own' };
}

function exportTarget(
	plain: string,
	all: readonly string[],
	known: KnownExport | undefined,
): Target | undefined {
	if (!known) return undefined;
	for (const [field, from] of Object.entries(known.takes)) {
		if (!from.includes(plain)) continue;
		const isChosen = from.find((heading) => all.includes(heading)) === plain;
		return isChosen ? namedTarget(field, []) : { leftOut: 'export' };
	}
	return known.leaves.includes(plain) ? { leftOut: 'export' } : undefined;
}

/** Words that mean the whole name, unless the other half of it stands beside. */
const HALF_NAMES: [heading: string, besides: string[], field: string][] = [
	['name', ['vorname', 'voornaam', 'firstname', 'prenom'], 'lastName'],
	['nom', ['prenom'], 'lastName'],
	['naam', ['voornaam'], 'lastName'],
	['nombre', ['apellido', 'apellidos'], 'firstName'],
	['nome', ['cognome', 'sobrenome', 'apelido', 'ultimonome'], 'firstName'],
];

function nameTarget(plain: string, all: readonly string[]): Target | undefined {
	const half = HALF_NAMES.find(
		([heading, besides]) => heading === plain && besides.some((other) => all.includes(other)),
	);
	return half && namedTarget(half[2], []);
}

/** Whether somebody has said that another column is the one for this field. */
function isOutdone(
	column: PlannedColumn,
	columns: readonly PlannedColumn[],
	mapped: Map<number, Target>,
): boolean {
	if (mapped.has(column.index)) return false;
	return columns.some(({ index, target }) => mapped.has(index) && isSamePlace(target, column.target));
}

function unchecked(column: PlannedColumn): PlannedColumn {
	const { target } = column;
	return 'form' in target && target.form === 'phone'
		? { ...column, target: { ...target, form: 'text' } }
		: column;
}

function second(column: PlannedColumn): PlannedColumn {
	return { ...column, target: { leftOut: 'second' } };
}
