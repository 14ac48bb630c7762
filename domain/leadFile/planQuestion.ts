import type { CustomField } from '../customField/customField';
import type { FileQuestion } from './errors';
import type { OptionWording } from './leadFile';
import { nearHeading } from './nearMiss';
import {
	isSamePlace,
	knownHeadings,
	nameOfTarget,
	placeOf,
	plainHeading,
	type Target,
	targetOf,
} from './target';

/** A column of the file and where its cells go. */
export interface PlannedColumn {
	/** Counted from 0. */
	index: number;
	heading: string;
	target: Target;
}

const IN_THOUSANDS = /\b(k|t|tsd|mio|mn|m|bn)\.?\s?(\p{Sc}|eur|usd|gbp|chf)/iu;

interface QuestionContext {
	isStrict: boolean;
	register: readonly CustomField[];
	say: OptionWording;
}

/** What is to be asked about columns: two for one field, one that is nearly called like a field, strange ones where none may be. */
export function planQuestions(columns: readonly PlannedColumn[], context: QuestionContext): FileQuestion[] {
	return [...doubles(columns, context), ...nearMisses(columns, context), ...strangers(columns, context)];
}

/** The heading, or the number of the column where several are called so. */
function nameFor(column: PlannedColumn, columns: readonly PlannedColumn[]): string {
	const isOnly = columns.filter(({ heading }) => heading === column.heading).length === 1;
	return isOnly ? column.heading : `#${column.index + 1}`;
}

function doubles(columns: readonly PlannedColumn[], { say }: QuestionContext): FileQuestion[] {
	const places = new Map(columns.map(({ target }) => [placeOf(target), target]));
	const asked = new Set<string>();
	return [...places].flatMap(([place, wanted]) => {
		const sharing = columns.filter(({ target }) => isSamePlace(target, wanted));
		const [first] = sharing;
		const indexes = sharing.map(({ index }) => index).join();
		if (place === null || !first || sharing.length === 1 || asked.has(indexes)) return [];
		asked.add(indexes);
		const names = sharing.map((column) => nameFor(column, columns));
		const told = sharing.map(({ heading, index }) => `"${heading}" (column ${index + 1})`);
		return {
			question: `${told.slice(0, -1).join(', ')} and ${told.at(-1)} are ${sharing.length === 2 ? 'both' : 'all'} for ${place}`,
			remedy: `Say which one it is, such as ${say('map', `${names[0]}=${nameOfTarget(first.target)}`)}; the others are left out then, unless ${say('map', `${names[1]}=customFields.<key>`)} keeps one.`,
		};
	});
}

function nearMisses(columns: readonly PlannedColumn[], { register, say }: QuestionContext): FileQuestion[] {
	const known = knownHeadings(register);
	const taken = new Set(columns.map(({ target }) => placeOf(target)));
	return columns.filter(isUnknown).flatMap((column) => {
		// Thousands are nearly called like the amount, and are a thousandth of it.
		if (IN_THOUSANDS.test(column.heading)) return [];
		const near = nearHeading(plainHeading(column.heading), known);
		const target = near === undefined ? undefined : targetOf(near, register);
		const place = target && nameOfTarget(target);
		if (!target || !place || taken.has(placeOf(target))) return [];
		const name = nameFor(column, columns);
		return {
			question: `The column "${column.heading}" is nearly called like ${place}: did you mean that?`,
			remedy: `If so, give ${say('map', `${name}=${place}`)}; if not, ${say('map', `${name}=-`)} leaves it out.`,
		};
	});
}

function strangers(columns: readonly PlannedColumn[], { isStrict, say }: QuestionContext): FileQuestion[] {
	const unknown = columns.filter(isUnknown);
	const [first] = unknown;
	if (!isStrict || !first) return [];
	const name = nameFor(first, columns);
	return [
		{
			question: `Leads do not have ${unknown.length === 1 ? 'the column' : `${unknown.length} columns:`} ${listed(unknown.map(({ heading }) => heading))}`,
			remedy: `Give ${say('map', `${name}=customFields.<key>`)} to keep one, or ${say('map', `${name}=-`)} to leave it out.`,
		},
	];
}

function isUnknown({ target }: PlannedColumn): boolean {
	return 'leftOut' in target && target.leftOut === 'unknown';
}

/** The first of many names, and how many more there are. */
export function listed(names: readonly string[], most = 5): string {
	const shown = names.slice(0, most).map((name) => (name.length <= 40 ? name : `${name.slice(0, 39)}…`));
	const more = names.length - shown.length;
	return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
