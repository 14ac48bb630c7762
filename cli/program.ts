import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';

import { registerAdopt } from './adopt';
import { registerDoctor } from './doctor';
import { registerLeads } from './leads';
import { registerMigrate } from './migrate';
import { registerOrg } from './org';
import { packageRoot } from './machine/packageRoot';
import { registerScore } from './score';
import type { Services } from './services';
import { registerStart } from './start';
import { readChoices } from './terminal/readChoices';
import type { Terminal } from './terminal/terminal';
import { registerWorker } from './worker';
import { registerWorkflow } from './workflow';

/** The whole `lma` command. Every failure is thrown, nothing ends the process. */
export function buildProgram(terminal: Terminal, services: Services): Command {
	const program = new Command('lma')
		.description('Lead management on your own PostgreSQL, for n8n.')
		.version(packageVersion())
		.exitOverride()
		.configureOutput({
			writeOut: (text) => {
				terminal.print(text.trimEnd());
			},
			writeErr: (text) => {
				terminal.note(text.trimEnd());
			},
		})
		.showHelpAfterError('Add --help to see the available options.');
	registerStart(program, terminal, services);
	registerMigrate(program, terminal);
	registerAdopt(program, terminal);
	registerWorker(program, terminal, services);
	registerOrg(program, terminal);
	registerWorkflow(program, terminal);
	registerLeads(program, terminal);
	registerScore(program, terminal);
	registerDoctor(program, terminal);
	readChoices(program);
	return program;
}

function packageVersion(): string {
	const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
	return (JSON.parse(text) as { version: string }).version;
}
