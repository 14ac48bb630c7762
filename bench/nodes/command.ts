import { type Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '../../cli/terminal/terminal';
import { writeBetweenMarkers } from '../markers';
import { Progress } from '../progress';
import { runNodesBenchmark } from './benchmark';
import { linesOf } from './lines';
import { renderMarkdown, renderText } from './table';
import { VARIANTS } from './variant';

interface Options {
	leads: number[];
	runs: number;
	only?: string[];
	nodeOptions?: string;
	json?: boolean;
	write?: string;
}

/** `bench nodes`: the LMA node beside n8n's own Postgres node, in one real n8n. */
export function registerNodes(program: Command, terminal: Terminal): void {
	program
		.command('nodes')
		.description(
			'Write the same leads with the LMA node and with the three modes of the Postgres node, in one real n8n on a ' +
				'PostgreSQL of its own, and with a raw copy; compare time and memory. Installs n8n when it is not there.',
		)
		.option('--leads <numbers>', 'how many leads at once, with commas', readNumbers, [1_000, 10_000, 50_000])
		.option(
			'--runs <number>',
			'runs of each at each number of leads; a third of them above 10,000',
			readRuns,
			5,
		)
		.option(
			'--only <text>',
			'only those whose name contains one of these texts, with commas, such as create,single',
			readOnly,
		)
		.option('--node-options <options>', 'NODE_OPTIONS of n8n, for a profile')
		.option('--write <file>', 'put the tables between the markers of this Markdown file')
		.option('--json', 'print the lines of JSON alone')
		.action(async ({ leads, runs, only, nodeOptions, json, write }: Options) => {
			const progress = new Progress(terminal);
			const result = await runNodesBenchmark({
				leads,
				runs,
				only,
				nodeOptions,
				onProgress: (text) => progress.show(text),
			});
			progress.end();
			if (write !== undefined) writeBetweenMarkers(write, 'nodes', renderMarkdown(result));
			if (!json) terminal.print(`${renderText(result)}\n`);
			terminal.print(
				linesOf(result)
					.map((line) => JSON.stringify(line))
					.join('\n'),
			);
		});
}

function readNumbers(text: string): number[] {
	const numbers = text.split(',').map(Number);
	if (numbers.some((number) => !Number.isInteger(number) || number < 1 || number > 200_000)) {
		throw new InvalidArgumentError('Give whole numbers from 1 to 200000, such as 1000,10000.');
	}
	return numbers.toSorted((a, b) => a - b);
}

function readRuns(text: string): number {
	const runs = Number(text);
	if (!Number.isInteger(runs) || runs < 1 || runs > 1_000) {
		throw new InvalidArgumentError('Give a whole number from 1 to 1000.');
	}
	return runs;
}

function readOnly(text: string): string[] {
	const parts = text.split(',');
	if (parts.every((part) => VARIANTS.some(({ name }) => name.includes(part)))) return parts;
	throw new InvalidArgumentError(`Give parts of: ${VARIANTS.map(({ name }) => name).join('; ')}.`);
}
