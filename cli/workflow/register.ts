import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';

import type { Sql } from '../../db/connection/client';
import { registerWorkflows } from '../../db/workflow/register';
import { parseInput } from '../../domain/input/parseInput';
import { registrationSchema } from '../../domain/workflow/registration';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { type Change, type ChangeOptions, changeWorkflow } from './change';
import { addWaitOptions } from './waitForWorker';

interface RegisterOptions extends ChangeOptions {
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
			.argument('<file>', 'the workflow: JSON with nodes and connections')
			.requiredOption('--org <slug>', 'the organization')
			.option('--name <name>', 'its name in n8n (default: the one in the file)')
			.option('--n8n <connection>', 'the n8n connection, where there are several')
			.option(
				'--activate',
				'publish it; without this, a new one is a draft and an existing one stays as it is',
			)
			.option('--overwrite', 'undo what was edited in n8n by hand')
			.option('--json', 'print what was done as JSON'),
	).action(async (file: string, options: RegisterOptions) => {
		const input = await readRegistration(file, options);
		await changeWorkflow(
			terminal,
			options,
			(tx) => register(tx, input),
			(left) => {
				if (left?.state === 'inStep') return undefined;
				return left
					? `n8n does not have it as registered: it is ${left.state}.${left.problem === null ? '' : ` ${left.problem}`}`
					: 'It was removed meanwhile. Register it again.';
			},
		);
	});
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
		throw new CommandFailedError(`The workflow cannot be read from ${file}: ${code}.`);
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
