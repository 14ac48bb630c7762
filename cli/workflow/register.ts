import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';

import type { Sql } from '../../db/connection/client';
import { getWorkflow } from '../../db/workflow/getWorkflow';
import { registerWorkflows } from '../../db/workflow/register';
import { takeInHand } from '../../db/workflow/takeInHand';
import { parseInput } from '../../domain/input/parseInput';
import { registrationSchema, takingSchema } from '../../domain/workflow/registration';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { type Change, type ChangeOptions, changeWorkflow } from './change';
import { addWaitOptions } from './waitForWorker';

interface RegisterOptions extends ChangeOptions {
	existing?: string;
	name?: string;
	n8n?: string;
	activate?: boolean;
	overwrite?: boolean;
}

/** `lma workflow register` */
export function registerWorkflowRegister(workflow: Command, terminal: Terminal): void {
	addWaitOptions(
		workflow
			.command('register')
			.description(
				'Store a workflow as n8n downloads it; the worker creates it in n8n, or brings it up to date.',
			)
			.argument('[file]', 'the workflow: JSON with nodes and connections')
			.option('--existing <workflow>', 'in place of a file: one that people have made in n8n, id or name')
			.requiredOption('--org <slug>', 'the organization')
			.option('--name <name>', 'its name in n8n (default: the one in the file)')
			.option('--n8n <connection>', 'the n8n connection, where there are several')
			.option(
				'--activate',
				'publish it; without this, a new one is a draft and an existing one stays as it is',
			)
			.option('--overwrite', 'undo what was edited in n8n by hand')
			.option('--json', 'print what was done as JSON'),
	).action(async (file: string | undefined, options: RegisterOptions) => {
		await changeWorkflow(terminal, options, await toChange(file, options), (left) => {
			if (left?.state === 'inStep') return undefined;
			return left
				? `n8n does not have it as registered: it is ${left.state}.${left.problem === null ? '' : ` ${left.problem}`}`
				: 'It was removed meanwhile. Register it again.';
		});
	});
}

/** @throws CommandFailedError for both a file and a workflow, or neither */
async function toChange(
	file: string | undefined,
	options: RegisterOptions,
): Promise<(tx: Sql) => Promise<Change>> {
	const { existing, activate } = options;
	if (file !== undefined && existing === undefined) {
		const input = await readRegistration(file, options);
		return (tx) => register(tx, input);
	}
	const useless = OF_TEMPLATES.find((name) => options[name] !== undefined);
	if (file === undefined && existing !== undefined && useless === undefined)
		return (tx) => take(tx, existing, activate);
	if (file === undefined && existing === undefined)
		throw new CommandFailedError('Give a file, or --existing with a workflow of n8n.', true);
	throw new CommandFailedError(
		`--existing takes a workflow as it is in n8n. Leave out ${useless ? `--${useless}` : 'the file'}.`,
		true,
	);
}

const OF_TEMPLATES = ['name', 'n8n', 'overwrite'] as const;

async function take(tx: Sql, meant: string, activate: boolean | undefined): Promise<Change> {
	const { id } = await getWorkflow(tx, meant);
	const taking = parseInput(takingSchema, { workflowId: id, ...(activate && { isActive: true }) });
	const [result] = await takeInHand(tx, [taking]);
	if (!result?.row) throw result?.error ?? new Error('Taking in hand gave no row');
	const { action, ...workflow } = result.row;
	const done = action === 'taken' ? 'taken in hand as it is in n8n' : action;
	return { workflow, action, sentence: `Workflow ${id} "${workflow.name}" ${done}.` };
}

async function readRegistration(file: string, { name, n8n, activate, overwrite }: RegisterOptions) {
	const template = await readJson(file);
	return parseInput(registrationSchema, {
		name: name ?? nameIn(template),
		template,
		...(n8n !== undefined && { integration: n8n }),
		...(activate && { isActive: true }),
		...(overwrite && { overwrite }),
	});
}

async function readJson(file: string): Promise<unknown> {
	const text = await readFile(file, 'utf8').catch((error: unknown) => {
		const { code = 'unknown error' } = error as NodeJS.ErrnoException;
		throw new CommandFailedError(
			code === 'ENOENT'
				? `There is no file ${file}. Give the JSON of a workflow as n8n downloads it.`
				: `The workflow cannot be read from ${file}: ${code}.`,
		);
	});
	try {
		return JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		throw new CommandFailedError(`${file} is not valid JSON. Download the workflow from n8n again.`);
	}
}

function nameIn(template: unknown): unknown {
	return typeof template === 'object' && template !== null && 'name' in template ? template.name : undefined;
}

async function register(tx: Sql, input: Parameters<typeof registerWorkflows>[1][number]): Promise<Change> {
	const [result] = await registerWorkflows(tx, [input]);
	if (!result?.row) throw result?.error ?? new Error('Registering gave no row');
	const { action, ...workflow } = result.row;
	const { id, registeredName, name } = workflow;
	return { workflow, action, sentence: `Workflow ${id} "${registeredName ?? name}" ${action}.` };
}
