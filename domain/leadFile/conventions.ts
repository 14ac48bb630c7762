import { FileOptionError } from './errors';
import type { DayOrder } from './day';
import type { DecimalMark } from './decimal';

/** How numbers and dates are written somewhere. */
export interface Conventions {
	decimalMark: DecimalMark;
	/** Undefined where dates begin with the year. */
	dayOrder: DayOrder | undefined;
}

/**
 * How numbers and dates are written in a locale such as `de`, `en-GB` or `fr-CH`; `en` alone is that of the United States.
 *
 * @throws FileOptionError when there is none of that name
 */
export function conventionsOf(locale: string): Conventions {
	if (!isKnown(locale)) {
		throw new FileOptionError(
			`There is no locale "${locale.slice(0, 40)}"`,
			'Write it as de, en-US, en-GB, fr, es, it, nl, pt-BR or pl.',
		);
	}
	const number = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1.5);
	const date = new Intl.DateTimeFormat(locale, { calendar: 'gregory', timeZone: 'UTC' }).formatToParts(
		new Date(0),
	);
	const order = date.map(({ type }) => type).filter((type) => ['day', 'month', 'year'].includes(type));
	const isYearFirst = order[0] === 'year';
	return {
		decimalMark: number.find(({ type }) => type === 'decimal')?.value === ',' ? ',' : '.',
		dayOrder: isYearFirst ? undefined : order[0] === 'day' ? 'day first' : 'month first',
	};
}

function isKnown(locale: string): boolean {
	try {
		return Intl.NumberFormat.supportedLocalesOf(locale).length > 0;
	} catch {
		return false;
	}
}
