import { type DateOrder, dateOrderOf, isLocale, localeTag } from '../input/dateOrder';
import type { DecimalMark } from './decimal';
import { FileOptionError } from './errors';

/** How numbers and dates are written somewhere. */
export interface Conventions {
	decimalMark: DecimalMark;
	/** Undefined where dates begin with the year. */
	dateOrder: DateOrder | undefined;
	/** Whose names of months may stand. */
	locale: string;
}

/**
 * How numbers and dates are written in a locale such as `de`, `en-GB` or `fr-CH`; `en` alone is that of the United States.
 *
 * @throws FileOptionError when there is none of that name
 */
export function conventionsOf(locale: string): Conventions {
	if (!isLocale(locale)) {
		throw new FileOptionError(
			`There is no locale "${locale.slice(0, 40)}"`,
			'Write it as de, en-US, en-GB, fr, es, it, nl, pt-BR or pl.',
		);
	}
	const number = new Intl.NumberFormat(localeTag(locale), { numberingSystem: 'latn' }).formatToParts(1.5);
	const mark = number.find(({ type }) => type === 'decimal')?.value;
	return { decimalMark: mark === ',' ? ',' : '.', dateOrder: dateOrderOf(locale) ?? undefined, locale };
}
