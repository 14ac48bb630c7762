import type { Command } from 'commander';

import { limitTenantLogin } from '../../../schema/login/tenantLogin';
import { withOwner } from '../../database';
import type { Terminal } from '../../terminal/terminal';
import { wholeNumber } from '../../terminal/wholeNumber';

/** `lma org login limit` */
export function registerLoginLimit(login: Command, terminal: Terminal): void {
	login
		.command('limit')
		.description('Set how many connections a login may hold at once; those that are open stay.')
		.argument('<slug>', 'the organization')
		.argument('<login>', 'the login, as "lma org login list" shows it')
		.argument('<connections>', 'how many, from 1 to 10000', wholeNumber('connections', 1, 10_000))
		.option('--json', 'print what was done as JSON')
		.action(async (slug: string, user: string, connections: number, { json }: { json?: boolean }) => {
			await withOwner(terminal, (sql) => limitTenantLogin(sql, slug, user, connections));
			terminal.print(
				json
					? JSON.stringify({ login: user, organization: slug, connectionLimit: connections })
					: `Login ${user} of ${slug} may hold ${connections} connections at once.`,
			);
		});
}
