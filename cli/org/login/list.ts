import type { Command } from 'commander';

import { listTenantLogins } from '../../../schema/login/binding';
import { withOwner } from '../../database';
import { formatTable } from '../../terminal/table';
import type { Terminal } from '../../terminal/terminal';

/** `lma org login list` */
export function registerLoginList(login: Command, terminal: Terminal): void {
	login
		.command('list')
		.description('List the logins of one organization, or of all of them.')
		.argument('[slug]', 'the organization')
		.option('--json', 'print them as JSON')
		.action(async (slug: string | undefined, { json }: { json?: boolean }) => {
			const found = await withOwner(terminal, (sql) => listTenantLogins(sql, slug));
			if (json) {
				terminal.print(JSON.stringify(found));
				return;
			}
			terminal.print(
				formatTable(
					['login', 'organization', 'created', 'can log in'],
					found.map(({ login, organization, createdAt, canLogIn }) => [
						login,
						organization,
						createdAt,
						canLogIn ? 'yes' : 'no',
					]),
				),
			);
		});
}
