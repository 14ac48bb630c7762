import type { CustomField } from '../customField/customField';
import { FileOptionError } from './errors';
import { namedTarget, plainHeading, type Target } from './target';

/**
 * Where the columns go that somebody says so of, by their index.
 *
 * @param map headings, or `#` and the number of a column, each with a field, `customFields.key`, or `-`
 * @throws FileOptionError for a column or a field that there is not
 */
export function mappedTargets(
	headings: readonly string[],
	map: ReadonlyMap<string, string>,
	register: readonly CustomField[],
): Map<number, Target> {
	const targets = new Map<number, Target>();
	for (const [name, wanted] of map) {
		const target = namedTarget(wanted, register);
		if (!target) {
			throw new FileOptionError(
				`Leads have no field "${wanted.slice(0, 60)}"`,
				'Map to a field such as email, firstName, phone, value (whole units of money), valueCents, to customFields.<key>, or to - to leave the column out.',
			);
		}
		const indexes = columnsCalled(name, headings);
		if (indexes.length === 0) {
			throw new FileOptionError(
				`The file has no column "${name.slice(0, 60)}"`,
				`Its columns are ${headings.slice(0, 20).join(', ').slice(0, 300)}. A number such as #3 names the third one.`,
			);
		}
		for (const index of indexes) targets.set(index, target);
	}
	return targets;
}

/** The columns that a name stands for: a heading, or `#` and a number. */
export function columnsCalled(name: string, headings: readonly string[]): number[] {
	const number = /^#(\d+)$/.exec(name.trim())?.[1];
	if (number !== undefined)
		return Number(number) >= 1 && Number(number) <= headings.length ? [Number(number) - 1] : [];
	const indexesOf = (matches: (heading: string) => boolean) =>
		headings.flatMap((heading, index) => (matches(heading) ? [index] : []));
	const exact = indexesOf((heading) => heading.trim() === name.trim());
	return exact.length > 0 ? exact : indexesOf((heading) => plainHeading(heading) === plainHeading(name));
}

const PAIR = /^\s*(.+?)\s*=\s*([^=]+?)\s*$/s;

/**
 * `Heading=field` as a pair; the last sign of equality counts, for headings that hold one.
 *
 * @throws FileOptionError for anything else
 */
export function readMapping(pairs: readonly string[]): Map<string, string> {
	return new Map(
		pairs.map((pair) => {
			const [, heading, target] = PAIR.exec(pair) ?? [];
			if (heading !== undefined && target !== undefined) return [heading, target];
			throw new FileOptionError(
				`"${pair.slice(0, 60)}" says of no column what it is`,
				'Write the heading, = and the field, such as Mobile=phone, or Mobile=- to leave it out.',
			);
		}),
	);
}
