import { readFileSync, writeFileSync } from 'node:fs';

import { judgeWrite, missesOf } from '../budget';
import type { BenchResult, QueryResult } from '../result';
import { type Column, columnsFor, kindsOf, resultsOf, short, showMs } from './columns';
import { emptyTransactions } from './facts';
import { titleOf } from './text';

const BEGIN = '<!-- bench db: begin, written by npm run bench -->';
const END = '<!-- bench db: end -->';

/** Replaces what stands between the markers of a Markdown file; throws when they are missing. */
export function writeMarkdown(file: string, result: BenchResult): void {
	writeFileSync(file, replaceBetweenMarkers(readFileSync(file, 'utf8'), renderMarkdown(result), file));
}

/** @internal tests do without a file */
export function replaceBetweenMarkers(text: string, body: string, file: string): string {
	const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
	if (begin < 0 || end < begin) {
		throw new Error(`${file} has no lines "${BEGIN}" and "${END}". Add them where the result is to stand.`);
	}
	return `${text.slice(0, begin + BEGIN.length)}\n\n${body}\n\n${text.slice(end)}`;
}

function renderMarkdown(result: BenchResult): string {
	const sizes = Object.keys(result.organizations).map(Number);
	const sections = kindsOf(result).flatMap((kind) => [
		`### ${titleOf(result, kind)}`,
		tableOf(columnsFor(sizes, kind !== 'large'), resultsOf(result.queries, kind)),
	]);
	return [factsOf(result), verdictOf(result), ...sections, ...writesOf(result)].join('\n\n');
}

function factsOf(result: BenchResult): string {
	const { machine, loadAverage, postgresql, settings, loadSeconds, databaseBytes, startedAt } = result;
	const shown = Object.entries(settings).map(([name, value]) => `\`${name} = ${value}\``);
	const bySize = (of: (leads: string) => string) =>
		Object.keys(result.organizations)
			.map((leads) => `${of(leads)} at ${short(Number(leads))}`)
			.join(', ');
	return [
		`- ${startedAt.slice(0, 10)}, PostgreSQL ${postgresql}, Node ${machine.node}, ${machine.cores} cores of`,
		`  ${machine.cpu}, ${machine.memoryGiB} GiB of memory; load average at the end ${loadAverage.join(', ')}`,
		`- ${shown.join(', ')}`,
		`- database: ${bySize((leads) => `${((databaseBytes[leads] ?? 0) / 1e9).toFixed(1)} GB`)} leads; generated, copied and`,
		`  indexed in ${bySize((leads) => `${loadSeconds[leads] ?? 0} s`)}`,
		`- the empty transaction, its median already taken off all times but the cold ones: ${emptyTransactions(result)}`,
	].join('\n');
}

function verdictOf(result: BenchResult): string {
	const misses = missesOf(result);
	if (misses.length === 0) return '**Every budget is kept.**';
	return [`**${misses.length} budgets are missed:**`, '', ...misses.map((miss) => `- ${miss}`)].join('\n');
}

function writesOf({ writeCosts }: BenchResult): string[] {
	if (writeCosts.length === 0) return [];
	const rows = writeCosts.map((cost) => [
		`\`${cost.table}\``,
		cost.rows.toLocaleString('en'),
		showMs(cost.withoutTotals),
		showMs(cost.withTotals),
		`${Math.round(cost.added * 100)} %`,
		judgeWrite(cost).isMet ? 'kept' : '**missed**',
	]);
	return [
		'### What keeping the totals of the views costs a bulk insert, milliseconds',
		pipes(
			['insert into', 'rows', 'without', 'with', 'added', 'budget'],
			[false, true, true, true, true, false],
			rows,
		),
	];
}

function tableOf(columns: readonly Column[], results: readonly QueryResult[]): string {
	return pipes(
		columns.map(({ heading }) => heading),
		columns.map(({ isNumber }) => isNumber ?? false),
		results.map((result) => columns.map((column) => column.cell(result).replace('MISSED', '**missed**'))),
	);
}

function pipes(headings: readonly string[], isNumber: readonly boolean[], rows: readonly string[][]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [line(headings), line(isNumber.map((right) => (right ? '---:' : '---'))), ...rows.map(line)].join(
		'\n',
	);
}
