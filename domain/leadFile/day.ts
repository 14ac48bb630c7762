import { DateTime } from 'luxon';

/** Whether 1/2 is the first of February or the second of January. */
export type DayOrder = 'day first' | 'month first';

/** What one date says of the order of its column; `both`: it can be read either way, and means two days. */
export type DayEvidence = DayOrder | 'none' | 'both' | 'unreadable';

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?=$|[T\s])/;
/** With points the day comes first wherever dates are written so. */
const WITH_POINTS = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?=$|\s)/;
const WITH_SLASHES = /^(\d{1,2})([-/])(\d{1,2})\2(\d{4})(?=$|[,\s])/;
const DAY_AND_MONTH =
	/^(?:\p{L}+\.?,\s)?(\d{1,2})\.?(?:\s|-)(?:de\s)?(\p{L}+)\.?,?(?:\s|-)(?:de\s)?(\d{4})(?=$|[,\s])/u;
const MONTH_AND_DAY = /^(\p{L}+)\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})(?=$|[,\s])/u;

/** The languages whose names of months are known. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl'];
const months = new Map<string, number>();

/** What a date says of the order of day and month. */
export function dayEvidence(text: string): DayEvidence {
	const slashed = WITH_SLASHES.exec(text);
	if (!slashed) return readDay(text, 'day first') === undefined ? 'unreadable' : 'none';
	const [first, second] = [Number(slashed[1]), Number(slashed[3])];
	if (first === second) return 'none';
	if (first > 12) return 'day first';
	return second > 12 ? 'month first' : 'both';
}

/** A date as `2026-03-01`, the time of day left out; undefined when it is written in no way that is known, or never was. */
export function readDay(text: string, order: DayOrder): string | undefined {
	const [year, month, day] = partsOf(text, order);
	const date = DateTime.utc(Number(year), Number(month), Number(day));
	return year !== undefined && date.isValid ? date.toISODate() : undefined;
}

function partsOf(text: string, order: DayOrder): (string | number | undefined)[] {
	const yearFirst = YEAR_FIRST.exec(text);
	if (yearFirst) return [yearFirst[1], yearFirst[3], yearFirst[4]];
	const pointed = WITH_POINTS.exec(text);
	if (pointed) return [pointed[3], pointed[2], pointed[1]];
	const slashed = WITH_SLASHES.exec(text);
	if (slashed) {
		const [, first, , second, year] = slashed;
		return order === 'day first' ? [year, second, first] : [year, first, second];
	}
	const named = DAY_AND_MONTH.exec(text);
	if (named) return [named[3], monthOf(named[2]), named[1]];
	const english = MONTH_AND_DAY.exec(text);
	return english ? [english[3], monthOf(english[1]), english[2]] : [];
}

function monthOf(word = ''): number | undefined {
	if (months.size === 0) {
		for (const language of LANGUAGES) {
			for (const month of ['long', 'short'] as const) learnMonths(language, month);
		}
	}
	const name = plainWord(word);
	return months.get(name) ?? months.get(name.slice(0, 3));
}

function learnMonths(language: string, length: 'long' | 'short'): void {
	const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: length, timeZone: 'UTC' });
	for (let month = 1; month <= 12; month++) {
		const parts = format.formatToParts(new Date(Date.UTC(2026, month - 1, 1)));
		const name = plainWord(parts.find(({ type }) => type === 'month')?.value ?? '');
		if (name !== '' && !months.has(name)) months.set(name, month);
	}
}

function plainWord(word: string): string {
	return word
		.normalize('NFD')
		.replaceAll(/[^\p{L}]/gu, '')
		.toLowerCase();
}
