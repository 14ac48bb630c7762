import { ColumnSurvey, STANDARD } from './columnSurvey';
import type { Conventions } from './conventions';
import { type FileQuestion, UnclearFileError } from './errors';
import type { CsvRow, OptionWording } from './leadFile';
import type { PlannedColumn } from './planQuestion';
import type { SettledColumn } from './rowReader';
import { isCurrency } from './target';

/** What all rows of a file say of its columns together. */
export class FileSurvey {
	private readonly surveys: { survey: ColumnSurvey; index: number }[];
	/** Indexes of columns without a heading that have values all the same. */
	private readonly filled = new Set<number>();
	private readonly headless: number[];
	private readonly currencies = new Map<string, number>();
	private readonly amount: PlannedColumn | undefined;
	private readonly currency: PlannedColumn | undefined;

	/** @param isStrict values in a column that leads do not have are refused, and so are those without a heading */
	constructor(
		private readonly columns: readonly PlannedColumn[],
		private readonly isStrict: boolean,
	) {
		this.surveys = columns.flatMap((column, index) => {
			const survey = new ColumnSurvey(column);
			return survey.isNeeded ? [{ survey, index }] : [];
		});
		this.headless = columns.flatMap(({ target, index }) =>
			'leftOut' in target && target.leftOut === 'empty' ? index : [],
		);
		this.amount = columns.find(({ target }) => 'field' in target && target.field === 'value');
		this.currency = columns.find(
			({ heading, target }) => 'leftOut' in target && target.leftOut === 'unknown' && isCurrency(heading),
		);
	}

	add({ cells, line }: CsvRow): void {
		if (cells.length !== this.columns.length) return;
		for (const { survey, index } of this.surveys) {
			const cell = cells[index]?.trim();
			if (cell) survey.add(cell, line);
		}
		for (const index of this.headless) if (cells[index]?.trim()) this.filled.add(index);
		const currency = this.currency && cells[this.currency.index]?.trim().toUpperCase();
		if (!currency || !this.amount || !cells[this.amount.index]?.trim()) return;
		if (!this.currencies.has(currency)) this.currencies.set(currency, line);
	}

	/**
	 * The columns with how their cells are read, and the indexes of those that this had to be found out of.
	 *
	 * @throws UnclearFileError with all questions at once
	 */
	settle(
		locale: Conventions | undefined,
		say: OptionWording,
	): { columns: SettledColumn[]; decided: ReadonlySet<number> } {
		const questions: FileQuestion[] = [...this.mixedCurrencies(say), ...this.strangers(say)];
		const decided = new Set<number>();
		const surveys = new Map(this.surveys.map(({ survey, index }) => [index, survey]));
		const columns = this.columns.map((column, index): SettledColumn => {
			const outcome = surveys.get(index)?.decide(locale, say);
			if (outcome && 'questions' in outcome) questions.push(...outcome.questions);
			const target = this.filled.has(index) ? ({ leftOut: 'unknown' } as const) : column.target;
			if (!outcome || !('conventions' in outcome)) return { ...column, target, conventions: STANDARD };
			if (outcome.isTold) decided.add(index);
			return { ...column, conventions: outcome.conventions };
		});
		if (questions.length > 0) throw new UnclearFileError(questions);
		return { columns, decided };
	}

	private strangers(say: OptionWording): FileQuestion[] {
		const [first] = this.filled;
		if (!this.isStrict || first === undefined) return [];
		return [
			{
				question: `Column ${first + 1} has values and no heading`,
				remedy: `Give ${say('map', `#${first + 1}=customFields.<key>`)} to keep them, or ${say('map', `#${first + 1}=-`)} to leave them out.`,
			},
		];
	}

	private mixedCurrencies(say: OptionWording): FileQuestion[] {
		if (this.currencies.size < 2 || !this.amount || !this.currency) return [];
		const told = [...this.currencies]
			.slice(0, 3)
			.map(([name, line]) => `${name.slice(0, 10)} (line ${line})`);
		return [
			{
				question: `The column "${this.currency.heading}" says that those of "${this.amount.heading}" are amounts in several currencies: ${told.join(', ')}`,
				remedy: `Leads know one: convert the amounts, leave them out with ${say('map', `${this.amount.heading}=-`)}, or keep the currency with ${say('map', `${this.currency.heading}=customFields.currency`)}.`,
			},
		];
	}
}
