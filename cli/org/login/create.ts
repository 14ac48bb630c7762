import type { Command } from 'commander';

import { createTenantLogin } from '../../../schema/login/tenantLogin';
import { withOwner } from '../../database';
import type { Terminal } from '../../terminal/terminal';
import { wholeNumber } from '../../terminal/wholeNumber';
import { printCredential } from './credential';

interface CreateOptions {
	user?: string;
	connectionLimit?: number;
	json?: boolean;
}

/** `lma org login create` */
export function registerLoginCreate(login: Command, terminal: Terminal): void {
	login
		.command('create')
		.description('Create a PostgreSQL login that sees only this organization, for the LMA credential in n8n.')
		.argument('<slug>', 'the organization')
		.option('--user <name>', 'name of the login; an existing one of the organization gets a new password')
		.option(
			'--connection-limit <number>',
			'connections that it may hold at once (default: 30)',
			wholeNumber('connections', 1, 10_000),
		)
		.option('--json', 'print what the credential needs as JSON')
		.addHelpText(
			'after',
			'\nThe password is printed once and stored nowhere. Every login of the server can read the names of all logins, so the default name says nothing about the organization.',
		)
		.action(async (slug: string, { json, ...wanted }: CreateOptions) => {
			const created = await withOwner(terminal, (sql) => createTenantLogin(sql, slug, wanted));
			printCredential(terminal, slug, created, json);
		});
}
