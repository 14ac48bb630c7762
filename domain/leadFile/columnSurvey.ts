import { nameOfMark } from './amount';
import type { Conventions } from './conventions';
import { currenciesIn } from './currency';
import type { DateOrder } from '../input/dateOrder';
import { dayEvidence } from './day';
import { type DecimalEvidence, decimalEvidence, type DecimalMark } from './decimal';
import type { FileQuestion } from './errors';
import type { OptionWording } from './leadFile';
import type { PlannedColumn } from './planQuestion';

/** How all cells of a column are read. */
export interface CellConventions {
	decimalMark: DecimalMark;
	dateOrder: DateOrder;
	/** Whose names of months may stand; English ones always may. */
	locale?: string | undefined;
}

/** What is said of a column once all of its cells were seen. */
export type SurveyOutcome = { conventions: CellConventions; isTold: boolean } | { questions: FileQuestion[] };

type Kind = 'number' | 'day';

/**
 * Looks at all cells of one column of numbers or dates. What one cell leaves open another one decides; what all of them leave open
 * is asked about.
 */
export class ColumnSurvey {
	/** The first line with each kind of evidence. */
	private readonly lines = new Map<string, number>();
	private readonly currencies = new Map<string, number>();
	private readonly kind: Kind | undefined;

	constructor(private readonly column: PlannedColumn) {
		const { form } = 'form' in column.target ? column.target : { form: 'text' };
		if (form === 'money' || form === 'number') this.kind = 'number';
		else if (form === 'day') this.kind = 'day';
	}

	/** Whether its cells can be read in more than one way. */
	get isNeeded(): boolean {
		return this.kind !== undefined;
	}

	add(cell: string, line: number): void {
		this.note(this.kind === 'day' ? dayEvidence(cell) : decimalEvidence(cell), line);
		if (this.kind !== 'number') return;
		for (const currency of currenciesIn(cell))
			if (!this.currencies.has(currency)) this.currencies.set(currency, line);
	}

	/** How the column is read; with a locale, as that says. */
	decide(locale: Conventions | undefined, say: OptionWording): SurveyOutcome {
		const currency = this.mixedCurrencies(say);
		if (currency) return { questions: [currency] };
		if (this.kind === 'day')
			return this.decideBetween(locale?.dateOrder, locale?.locale, ['dayFirst', 'monthFirst'], say);
		return this.decideBetween(locale?.decimalMark, locale?.locale, [',', '.'], say);
	}

	private decideBetween(
		said: DecimalMark | DateOrder | undefined,
		locale: string | undefined,
		[one, other]: readonly [DecimalMark | DateOrder, DecimalMark | DateOrder],
		say: OptionWording,
	): SurveyOutcome {
		const isOne = this.lines.has(one);
		const isOther = this.lines.has(other);
		if (said === undefined && ((isOne && isOther) || (this.lines.has('both') && !isOne && !isOther))) {
			return { questions: [this.question(isOne, say)] };
		}
		const chosen = said ?? (isOne ? one : other);
		return {
			conventions: { ...STANDARD, ...toConventions(chosen), locale },
			isTold: isOne || isOther || this.lines.has('both'),
		};
	}

	private question(isMixed: boolean, say: OptionWording): FileQuestion {
		const [one, other]: DecimalEvidence[] | DateOrder[] =
			this.kind === 'day' ? ['dayFirst', 'monthFirst'] : [',', '.'];
		const called = `The column "${this.column.heading}"`;
		const [first, second] =
			this.kind === 'day'
				? ['01/02/2026 is the first of February', '01/02/2026 is the second of January']
				: [
						'1.200 is one thousand two hundred, and 1,2 has a decimal comma',
						'1,200 is that, and 1.2 has a decimal point',
					];
		const remedy = `Give ${say('locale', this.kind === 'day' ? 'en-GB' : 'de')} if ${first}, or ${say('locale', 'en-US')} if ${second}`;
		if (!isMixed) {
			const what =
				this.kind === 'day'
					? 'dates that may begin with the day or with the month'
					: 'numbers that can be read with a decimal comma or a decimal point';
			return {
				question: `${called} holds only ${what}, the first in line ${this.lines.get('both')}`,
				remedy: `${remedy}.`,
			};
		}
		const names =
			this.kind === 'day'
				? ['dates with the day first', 'with the month first']
				: ['numbers with a decimal comma', 'with a decimal point'];
		return {
			question: `${called} mixes ${names[0]} (line ${this.lines.get(one ?? '')}) and ${names[1]} (line ${this.lines.get(other ?? '')})`,
			remedy: `${remedy}; rows that are written otherwise are rejected then.`,
		};
	}

	private mixedCurrencies(say: OptionWording): FileQuestion | undefined {
		if (this.currencies.size < 2) return undefined;
		const told = [...this.currencies].slice(0, 3).map(([currency, line]) => `${currency} (line ${line})`);
		return {
			question: `The column "${this.column.heading}" holds amounts in several currencies: ${told.join(', ')}`,
			remedy: `Leads know one: convert the amounts, or leave the column out with ${say('map', `${this.column.heading}=-`)}.`,
		};
	}

	private note(evidence: string, line: number): void {
		if (!this.lines.has(evidence)) this.lines.set(evidence, line);
	}
}

/** How cells are read that leave nothing open. */
export const STANDARD: CellConventions = { decimalMark: '.', dateOrder: 'dayFirst' };

/** How it is said: "decimal comma", "day first". */
export function sayConventions(form: string, { decimalMark, dateOrder }: CellConventions): string {
	return form === 'day'
		? dateOrder === 'dayFirst'
			? 'day first'
			: 'month first'
		: `decimal ${nameOfMark(decimalMark)}`;
}

function toConventions(chosen: DecimalMark | DateOrder): Partial<CellConventions> {
	return chosen === ',' || chosen === '.' ? { decimalMark: chosen } : { dateOrder: chosen };
}
