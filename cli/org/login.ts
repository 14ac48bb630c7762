import type { Command } from 'commander';
import { createTenantLogin } from '../../db/login';
import { ownerUrl, withOwner } from '../database';
import type { Terminal } from '../terminal';

/** `lma org login create` */
export function registerLogin(org: Command, terminal: Terminal): void {
	org
		.command('login')
		.description('Administer the PostgreSQL logins of an organization.')
		.command('create')
		.description('Make a PostgreSQL login that sees this organization alone, for the LMA credential in n8n.')
		.argument('<slug>', 'the organization')
		.option('--user <name>', 'name of the login; an existing one gets a new password')
		.option('--json', 'print what the credential needs as JSON')
		.addHelpText('after', '\nThe password is printed once and stored nowhere.')
		.action(async (slug: string, { user, json }: { user?: string; json?: boolean }) => {
			const login = await withOwner(terminal, (sql) => createTenantLogin(sql, slug, user ? { user } : {}));
			const { hostname, port, pathname } = new URL(ownerUrl(terminal));
			const credential = {
				host: hostname,
				port: Number(port || 5432),
				database: decodeURIComponent(pathname.slice(1)),
				...login,
				organization: slug,
			};
			if (json) {
				terminal.print(JSON.stringify(credential));
				return;
			}
			terminal.print('The LMA credential in n8n needs:');
			for (const [field, value] of Object.entries(credential))
				terminal.print(`  ${field.padEnd(14)}${value}`);
		});
}
