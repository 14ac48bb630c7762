import { readFile } from 'node:fs/promises';
import { Argument, type Command } from 'commander';

import { changePipeline, getPipelineOf } from '../../db/pipeline/pipeline';
import { parseInput } from '../../domain/input/parseInput';
import { arranged, pipelineChangeSchema, pipelineSchema, withChange } from '../../domain/pipeline/arrange';
import {
	type Pipeline,
	PIPELINE_KINDS,
	type PipelineKind,
	standardPipeline,
} from '../../domain/pipeline/pipeline';
import { CommandFailedError } from '../terminal/failure';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import { asAdministrator } from './asAdministrator';

interface SetOptions {
	label?: string;
	position?: string;
	hide?: boolean;
	show?: boolean;
	json?: boolean;
}

/** `lma org pipeline list|set|apply|reset`: what a team calls statuses, sources and temperatures. */
export function registerPipeline(org: Command, terminal: Terminal): void {
	const pipeline = org
		.command('pipeline')
		.description(
			'Name the statuses, sources and temperatures of leads, order them, and hide what is not used. The values stay.',
		);

	pipeline
		.command('list')
		.description('List the values of one kind, or of all, in the order of the organization.')
		.argument('<slug>', 'the organization')
		.addArgument(kindArgument(false))
		.option('--json', 'print them as JSON; "apply" takes what this prints')
		.action(async (slug: string, kind: PipelineKind | undefined, { json }: { json?: boolean }) => {
			const found = await asAdministrator(terminal, slug, (tx, { id }) => getPipelineOf(tx, id));
			show(terminal, found, { kind, json });
		});

	pipeline
		.command('set')
		.description('Name one value, move it, or hide it from lists to choose from.')
		.argument('<slug>', 'the organization')
		.addArgument(kindArgument())
		.argument('<value>', 'the value, such as CLOSED_WON, or what it is called')
		.option('--label <label>', 'what people see')
		.option('--position <number>', 'its place among the values of its kind, from 1')
		.option('--hide', 'leave it out of lists; leads that have it keep it, and it can still be given')
		.option('--show', 'show it again')
		.option('--json', 'print the values as JSON')
		.action(
			async (
				slug: string,
				kind: PipelineKind,
				value: string,
				{ label, position, hide, show: shown, json }: SetOptions,
			) => {
				const given = { label, position, isHidden: toHidden(hide, shown) };
				if (Object.values(given).every((entry) => entry === undefined)) {
					throw new CommandFailedError(
						'Nothing to change. Give --label, --position, --hide or --show.',
						true,
					);
				}
				const change = parseInput(pipelineChangeSchema, given);
				const made = await asAdministrator(terminal, slug, (tx, { id }) =>
					changePipeline(tx, id, (before) => withChange(before, kind, value, change)),
				);
				show(terminal, made, { kind, json });
			},
		);

	pipeline
		.command('apply')
		.description('Make the pipeline what a JSON file says; what it leaves out becomes as by standard.')
		.argument('<slug>', 'the organization')
		.argument(
			'<file>',
			'{"status": [{"value": "NEW", "label": "Fresh", "isHidden": false}, …], "source": […]}',
		)
		.option('--dry-run', 'show what it would be, and change nothing')
		.option('--json', 'print the values as JSON')
		.action(async (slug: string, file: string, { dryRun, json }: { dryRun?: boolean; json?: boolean }) => {
			const wanted = arranged(parseInput(pipelineSchema, await readJson(file)));
			await asAdministrator(terminal, slug, (tx, { id }) =>
				dryRun ? Promise.resolve(wanted) : changePipeline(tx, id, () => wanted),
			);
			show(terminal, wanted, { json });
			if (dryRun) terminal.note('Nothing was changed.');
		});

	pipeline
		.command('reset')
		.description('Give one kind of values, or all of them, their standard names and order again.')
		.argument('<slug>', 'the organization')
		.addArgument(kindArgument(false))
		.option('--json', 'print the values as JSON')
		.action(async (slug: string, kind: PipelineKind | undefined, { json }: { json?: boolean }) => {
			const standard = standardPipeline();
			const made = await asAdministrator(terminal, slug, (tx, { id }) =>
				changePipeline(tx, id, (before) => (kind ? { ...before, [kind]: standard[kind] } : standard)),
			);
			show(terminal, made, { kind, json });
		});
}

function kindArgument(isRequired = true): Argument {
	const name = isRequired ? '<kind>' : '[kind]';
	return new Argument(name, 'what the value is of: a field of leads').choices(PIPELINE_KINDS);
}

function toHidden(hide: boolean | undefined, shown: boolean | undefined): boolean | undefined {
	if (hide && shown) throw new CommandFailedError('Give --hide or --show, not both.', true);
	return hide ?? (shown ? false : undefined);
}

async function readJson(file: string): Promise<unknown> {
	const text = await readFile(file, 'utf8').catch(() => {
		throw new CommandFailedError(`${file} cannot be read. Check the path and its permissions.`);
	});
	try {
		return JSON.parse(text) as unknown;
	} catch {
		throw new CommandFailedError(
			`${file} is not JSON. It should hold values by kind, as "list --json" prints.`,
		);
	}
}

/** Prints all kinds as JSON; as a table, those of one kind alone when it is given. */
function show(
	terminal: Terminal,
	pipeline: Pipeline,
	{ kind: wanted, json }: { kind?: PipelineKind | undefined; json?: boolean | undefined },
): void {
	if (json) {
		terminal.print(JSON.stringify(pipeline));
		return;
	}
	terminal.print(
		formatTable(
			['kind', 'place', 'label', 'value', 'shown'],
			PIPELINE_KINDS.filter((kind) => (wanted ?? kind) === kind).flatMap((kind) =>
				pipeline[kind].map(({ value, label, isHidden }, place) => [
					kind,
					place + 1,
					label,
					value,
					isHidden ? 'no' : 'yes',
				]),
			),
		),
	);
}
