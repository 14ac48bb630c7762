import { formatTable } from '../../../cli/terminal/table';
import { judgeWrite, missesOf } from '../budget';
import type { BenchResult, OrganizationKind } from '../result';
import { type Column, columnsFor, kindsOf, resultsOf, short, showMs } from './columns';
import { emptyTransactions } from './facts';

/** The result as aligned tables and a summary, for a terminal. */
export function renderText(result: BenchResult): string {
	const sizes = Object.keys(result.organizations).map(Number);
	const sections = kindsOf(result).map((kind) => {
		const columns = columnsFor(sizes, kind !== 'large');
		return `${titleOf(result, kind)}\n\n${tableOf(columns, resultsOf(result.queries, kind))}`;
	});
	return [...sections, writesOf(result), summaryOf(result)].filter((section) => section !== '').join('\n\n');
}

export function titleOf(result: BenchResult, kind: OrganizationKind): string {
	const counts = Object.entries(result.organizations).map(
		([all, leads]) => `${leads[kind].toLocaleString('en')} of ${short(Number(all))} leads`,
	);
	return `The ${kind} organization (${counts.join('; ')}), milliseconds`;
}

/** What was missed, or that nothing was. */
function summaryOf(result: BenchResult): string {
	const misses = missesOf(result);
	const empty = `Off every time is the empty transaction around it: ${emptyTransactions(result)}.`;
	if (misses.length === 0) return `Every budget is kept. ${empty}`;
	return [`${misses.length} budgets are MISSED:`, ...misses.map((miss) => `  ${miss}`), empty].join('\n');
}

function writesOf({ writeCosts }: BenchResult): string {
	if (writeCosts.length === 0) return '';
	const rows = writeCosts.map((cost) => [
		cost.table,
		cost.rows.toLocaleString('en'),
		showMs(cost.withoutTotals),
		showMs(cost.withTotals),
		`${Math.round(cost.added * 100)} %`,
		judgeWrite(cost).isMet ? 'kept' : 'MISSED',
	]);
	const headings = ['insert into', 'rows', 'without totals', 'with totals', 'added', 'budget'];
	return `What keeping the totals costs, milliseconds\n\n${formatTable(headings, padNumbers(headings, rows, [1, 2, 3, 4]))}`;
}

function tableOf(columns: readonly Column[], results: Parameters<Column['cell']>[0][]): string {
	const headings = columns.map(({ heading }) => heading);
	const numbers = columns.flatMap(({ isNumber }, index) => (isNumber ? [index] : []));
	const rows = results.map((result) => columns.map((column) => column.cell(result)));
	return formatTable(headings, padNumbers(headings, rows, numbers));
}

/** Cells of these columns as wide as the widest, digits to the right. */
function padNumbers(
	headings: readonly string[],
	rows: readonly string[][],
	columns: readonly number[],
): string[][] {
	const widths = new Map(
		columns.map((column) => [
			column,
			Math.max(headings[column]?.length ?? 0, ...rows.map((row) => row[column]?.length ?? 0)),
		]),
	);
	return rows.map((row) => row.map((cell, column) => cell.padStart(widths.get(column) ?? 0)));
}
