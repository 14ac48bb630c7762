import { type Command, InvalidArgumentError, Option } from 'commander';

import { untilInterrupted } from '../../cli/terminal/interruption';
import type { Terminal } from '../../cli/terminal/terminal';
import { Progress } from '../progress';
import { runBenchmark } from './benchmark';
import { QUERIES } from './queries';
import { linesOf } from './report/lines';
import { writeMarkdown } from './report/markdown';
import { renderText } from './report/text';
import { SCALES, type ScaleName } from './scale';

interface DbOptions {
	scale: ScaleName;
	leads?: number;
	databaseUrl?: string;
	data?: string;
	runs?: number;
	only?: string;
	keep?: boolean;
	json?: boolean;
	write?: string;
}

/** `bench db`: the named queries and views at two sizes ten times apart. */
export function registerDb(program: Command, terminal: Terminal): void {
	program
		.command('db')
		.description(
			'Generate skewed data at two sizes ten times apart, and time every named query and view on it, each in turns with ' +
				'its floor: the best prepared statements for the same question, without row security.',
		)
		.addOption(
			new Option(
				'--scale <name>',
				'small: up to 20,000 leads, about two minutes; full: up to 1,000,000, under 20 minutes',
			)
				.choices(Object.keys(SCALES))
				.default('small'),
		)
		.option('--leads <number>', 'another number of leads for the larger size', readLeads)
		.option(
			'--database-url <url>',
			'a superuser on a running server instead of one of its own; makes databases there',
		)
		.option('--data <folder>', 'keep the generated data there, and use what an earlier run left')
		.option('--runs <number>', 'another number of runs per query and login, for a quick look', readRuns)
		.option('--only <text>', 'only queries whose name contains this, such as listLeads', readOnly)
		.option('--keep', 'say where the larger database is when all is measured, and serve it until Ctrl-C')
		.option('--write <file>', 'put the tables between the markers of this Markdown file')
		.option('--json', 'print the lines of JSON alone')
		.action(async ({ scale, leads, databaseUrl, data, runs, only, keep, json, write }: DbOptions) => {
			const progress = new Progress(terminal);
			await runBenchmark({
				leads: leads ?? SCALES[scale],
				databaseUrl,
				dataFolder: data,
				runs,
				only,
				onProgress: (text) => progress.show(text),
				async onResult(result, url) {
					progress.end();
					if (write !== undefined) writeMarkdown(write, result);
					if (!json) terminal.print(`${renderText(result)}\n`);
					terminal.print(
						linesOf(result)
							.map((line) => JSON.stringify(line))
							.join('\n'),
					);
					if (!keep) return;
					terminal.note(`The larger database is at ${url} until Ctrl-C.`);
					await untilInterrupted();
				},
			});
		});
}

function readLeads(text: string): number {
	const leads = Number(text);
	if (!Number.isInteger(leads) || leads < 1_000 || leads > 10_000_000) {
		throw new InvalidArgumentError('Give a whole number from 1000 to 10000000.');
	}
	return leads;
}

function readOnly(text: string): string {
	const names = QUERIES.map(({ name }) => name);
	if (names.some((name) => name.includes(text))) return text;
	const first = [...new Set(names.map((name) => name.split(' ')[0]))];
	throw new InvalidArgumentError(`No query has it in its name. They begin with ${first.join(', ')}.`);
}

function readRuns(text: string): number {
	const runs = Number(text);
	if (!Number.isInteger(runs) || runs < 1 || runs > 100_000) {
		throw new InvalidArgumentError('Give a whole number from 1 to 100000.');
	}
	return runs;
}
