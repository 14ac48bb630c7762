import { DateTime } from 'luxon';

import { dateOrderOf, isLocale, localeTag } from './dateOrder';

/** What a text alone does not say of a moment. */
export interface DateRules {
	/** The zone of times that name none. */
	zone: string;
	/** Whose order of day and month `01/02/2027` has, and whose names of months may stand: `de`, `en-GB`. */
	locale?: string | undefined;
}

/** The moment in the zone it was written with, or that there is none; `days` that it may be, when it has two readings. */
export type DateReading = { at: DateTime; days?: undefined } | { at?: undefined; days?: [string, string] };

// Luxon reads more than that as ISO ("2026", "12:30"), and such a value is more often a mistake than meant.
const ISO =
	/^(\d{4}-\d{2}-\d{2}|\d{4}-\d{3}|\d{4}-?W\d{2}-?\d|\d{8}(?=T))(T\d{2}:?\d{2}(:?\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$/i;
const SQL =
	/^\d{4}[-/]\d{1,2}[-/]\d{1,2}(\s+\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s*(Z|UTC|[+-]\d{2}(:?\d{2})?|[A-Za-z]+\/[\w/+-]+)?)?$/i;
const NUMBERS =
	/^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,?\s+(\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?))?$/i;
/** As JavaScript writes a date: `Tue Jan 05 2027 14:00:00 GMT+0100 (Central European Standard Time)`. */
const JAVASCRIPT = /^\p{L}{3} (\p{L}{3} \d{2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})( \(.*\))?$/u;
/** Nine digits and more: since 1973. Like n8n, up to eleven are seconds. */
const SECONDS = /^\d{9,11}(\.\d+)?$/;
const MILLISECONDS = /^\d{12,14}$/;

const NAMED_DAYS = ['d LLLL yyyy', 'd LLL yyyy', 'LLLL d yyyy', 'LLL d yyyy', 'yyyy LLL d'];
const TIMES = ['', ' H:mm', ' H:mm:ss', ' h:mm a', ' h:mm:ss a'];

/**
 * Reads a moment in every form that n8n's own nodes take: a Luxon `DateTime`, a JS `Date`, ISO 8601 (with week or ordinal
 * days too), SQL (`2027-01-05 14:00`), RFC 2822 and HTTP, JavaScript's own, days with the name of the month, and seconds or
 * milliseconds since 1970; and days in numbers alone, where a locale says which of them is the day.
 */
export function readDateTime(value: unknown, rules: DateRules): DateReading {
	const { zone } = rules;
	// Luxon's own check looks at the brand, so it holds for values of another copy of Luxon, such as n8n's.
	if (DateTime.isDateTime(value)) return valid(DateTime.fromISO(value.toISO() ?? '', { setZone: true }));
	if (value instanceof Date) return valid(DateTime.fromJSDate(value, { zone }));
	if (typeof value !== 'string' && typeof value !== 'number') return {};
	const text = String(value).trim();
	if (SECONDS.test(text)) return valid(DateTime.fromMillis(Math.round(Number(text) * 1000), { zone }));
	if (MILLISECONDS.test(text)) return valid(DateTime.fromMillis(Number(text), { zone }));
	const [, first, , second, year, time = ''] = NUMBERS.exec(text) ?? [];
	if (first && second && year) return inOrder([Number(first), Number(second), Number(year)], time, rules);
	return valid(readWords(text, rules));
}

/** Whether a text or number counts from 1970, so that its day depends on the zone it is looked at in. */
export function isEpoch(value: unknown): boolean {
	const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	return SECONDS.test(text) || MILLISECONDS.test(text);
}

function readWords(text: string, { zone, locale }: DateRules): DateTime | undefined {
	const options = { zone, setZone: true };
	if (ISO.test(text)) return DateTime.fromISO(text.toUpperCase(), options);
	if (SQL.test(text)) return DateTime.fromSQL(inSql(text), options);
	if (!/\p{L}{3}/u.test(text) || !/\d/.test(text) || text.length > 100) return undefined;
	const [, moment, offset] = JAVASCRIPT.exec(text) ?? [];
	if (moment)
		return DateTime.fromFormat(`${moment} ${offset}`, 'LLL dd yyyy HH:mm:ss ZZZ', inEnglish(options));
	const standards = [DateTime.fromRFC2822(text, options), DateTime.fromHTTP(text, options)];
	return standards.find(({ isValid }) => isValid) ?? readNamed(text, options, locale);
}

function readNamed(text: string, options: { zone: string }, locale?: string): DateTime | undefined {
	const plain = text
		.replace(/^\p{L}+\.?,\s*/u, '')
		.replace(/(?<=\d)-(?=\p{L})|(?<=\p{L})-(?=\d)/gu, ' ')
		.replace(/(\d)(st|nd|rd|th|\.)(?=[\s,])/g, '$1')
		.replace(/[,\s]+/g, ' ')
		.replace(/ (de|of) /g, ' ');
	const formats = NAMED_DAYS.flatMap((day) => TIMES.map((time) => day + time));
	const locales = ['en', ...(locale !== undefined && isLocale(locale) ? [localeTag(locale)] : [])];
	return locales
		.flatMap((name) => formats.map((format) => ({ format, name })))
		.map(({ format, name }) => DateTime.fromFormat(plain, format, { ...options, locale: name }))
		.find(({ isValid }) => isValid);
}

function inEnglish<Options extends object>(options: Options) {
	return { ...options, locale: 'en' };
}

/** With two digits everywhere and a name for UTC that Luxon knows. */
function inSql(text: string): string {
	return text
		.replaceAll('/', (slash, at: number) => (at < 8 ? '-' : slash))
		.replace(/(^|[-\s])(\d)(?=[-\s:]|$)/g, '$10$2')
		.replace(/\s*utc$/i, 'Z')
		.replace(/z$/i, 'Z');
}

function inOrder(numbers: [number, number, number], time: string, { zone, locale }: DateRules): DateReading {
	const [first, second, year] = numbers;
	const order = locale === undefined ? undefined : dateOrderOf(locale);
	const at = (day: number, month: number) => {
		const date = DateTime.fromObject({ year, month, day }, { zone });
		if (time === '' || !date.isValid) return date;
		const clock = time.replaceAll('.', '').replace(/\s*([ap]m)$/i, ' $1');
		const format = TIMES.slice(1).map((form) => `yyyy-MM-dd${form}`);
		const text = `${date.toFormat('yyyy-MM-dd')} ${clock}`;
		return format.map((form) => DateTime.fromFormat(text, form, { zone, locale: 'en' })).find(isValid);
	};
	if (order) return valid(order === 'dayFirst' ? at(first, second) : at(second, first));
	const [dayFirst, monthFirst] = [at(first, second), at(second, first)];
	if (!dayFirst?.isValid || !monthFirst?.isValid) return {};
	if (first === second) return valid(dayFirst);
	const shown = (date: DateTime) => date.toFormat('d LLLL yyyy', { locale: 'en' });
	return { days: [shown(dayFirst), shown(monthFirst)] };
}

function isValid(date: DateTime): boolean {
	return date.isValid;
}

function valid(at: DateTime | undefined): DateReading {
	// PostgreSQL has no year 0.
	return at?.isValid && at.toUTC().year >= 1 && at.year >= 1 ? { at } : {};
}
