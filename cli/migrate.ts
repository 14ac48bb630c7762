import type { Command } from 'commander';

import { createLogin } from '../schema/login/loginRole';
import { migrate, planMigration } from '../schema/migration/migrate';
import { migrateQueues } from '../schema/migration/migrateQueues';
import { ownerUrl, withOwner } from './database';
import { addSecretOptions, refuseSecret, requireSecret, type SecretSource } from './terminal/secretInput';
import type { Terminal } from './terminal/terminal';

interface MigrateOptions extends SecretSource {
	workerLogin?: string;
	dryRun?: boolean;
	json?: boolean;
}

/** `lma migrate`: brings the database to the schema of this version. */
export function registerMigrate(program: Command, terminal: Terminal): void {
	const command = program
		.command('migrate')
		.description('Bring the database up to the schema of this version. Safe to repeat.')
		.option('--worker-login <name>', "also create the worker's login; its password is read as the secret")
		.option('--dry-run', 'only show which migrations would run')
		.option('--json', 'print what was done as JSON')
		.addHelpText(
			'after',
			'\nUses DATABASE_OWNER_URL, else DATABASE_URL. The login must be allowed to create roles.',
		);
	addSecretOptions(command).action(async ({ workerLogin, dryRun, json, ...source }: MigrateOptions) => {
		if (!workerLogin) refuseSecret(source, '--worker-login');
		if (dryRun) {
			await showPlan(terminal, json);
			return;
		}
		const password = workerLogin && (await requireSecret(source, terminal, 'password of the worker login'));
		const { applied, alreadyApplied } = await migrate(ownerUrl(terminal), {
			afterwards: migrateQueues,
			onStep: (step) => {
				terminal.note(`  ${step}`);
			},
		});
		if (workerLogin && password) {
			await withOwner(terminal, (sql) => createLogin(sql, 'lma_worker', { user: workerLogin, password }));
		}
		if (json) {
			terminal.print(JSON.stringify({ applied, alreadyApplied, ...(workerLogin && { workerLogin }) }));
			return;
		}
		terminal.print(
			applied.length === 0
				? `The schema is up to date: all ${alreadyApplied} migrations had already been applied.`
				: `Applied ${applied.length} migrations; ${alreadyApplied} had already been applied.`,
		);
		if (workerLogin) terminal.print(`The login ${workerLogin} may run the worker.`);
	});
}

async function showPlan(terminal: Terminal, json = false): Promise<void> {
	const { pending, alreadyApplied } = await planMigration(ownerUrl(terminal));
	if (json) {
		terminal.print(JSON.stringify({ dryRun: true, pending, alreadyApplied }));
		return;
	}
	if (pending.length === 0) {
		terminal.print(`Nothing would run: all ${alreadyApplied} migrations had already been applied.`);
		return;
	}
	terminal.print(`${pending.length} migrations would run; ${alreadyApplied} had already been applied:`);
	for (const name of pending) terminal.print(`  ${name}`);
}
