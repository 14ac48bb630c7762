import { readFileSync } from 'node:fs';

import type { Command } from 'commander';

import type { Terminal } from '../../cli/terminal/terminal';
import { type Change, compareLines } from './compare';
import { readLines } from './readLines';

/** `bench compare`: what became slower from one run to another. */
export function registerCompare(program: Command, terminal: Terminal): void {
	program
		.command('compare')
		.description(
			'Compare the lines of JSON that two runs have printed: what became slower than noise allows, or touches more buffers. ' +
				'Exit code 1 when something did.',
		)
		.argument('<old>', 'file with the output of the earlier run')
		.argument('<new>', 'file with the output of the later run')
		.option('--json', 'print one JSON object instead')
		.action((old: string, now: string, { json }: { json?: boolean }) => {
			const [before, after] = [
				readLines(old, readFileSync(old, 'utf8')),
				readLines(now, readFileSync(now, 'utf8')),
			];
			const comparison = compareLines(before, after);
			const { compared, worse, better, missing, added } = comparison;
			if (json) terminal.print(JSON.stringify(comparison));
			else {
				const section = (title: string, changes: readonly Change[]) =>
					changes.length === 0 ? [] : [title, ...changes.map(({ name, what }) => `  ${name}: ${what}`), ''];
				const names = (title: string, list: readonly string[]) =>
					list.length === 0 ? [] : [title, ...list.map((name) => `  ${name}`), ''];
				const lines = [
					...section('WORSE', worse),
					...section('better', better),
					...names(`only in ${old}`, missing),
					...names(`only in ${now}`, added),
					`${compared} compared, ${worse.length} worse, ${better.length} better`,
				];
				terminal.print(lines.join('\n'));
			}
			if (worse.length > 0) throw new SomethingWorse();
		});
}

/** Ends the command with exit code 1; what there is to say has been said. */
export class SomethingWorse extends Error {}
