import type { Command } from 'commander';

import { revokeTenantLogin } from '../../../schema/login/tenantLogin';
import { withOwner } from '../../database';
import type { Terminal } from '../../terminal/terminal';
import { noteSessions } from './credential';

/** `lma org login revoke` */
export function registerLoginRevoke(login: Command, terminal: Terminal): void {
	login
		.command('revoke')
		.description('Take a login away from the organization: end its sessions and drop its role.')
		.argument('<slug>', 'the organization')
		.argument('<login>', 'the login, as "lma org login list" shows it')
		.option('--json', 'print what was done as JSON')
		.action(async (slug: string, user: string, { json }: { json?: boolean }) => {
			const { sessions, dropped, keptBecause } = await withOwner(terminal, (sql) =>
				revokeTenantLogin(sql, slug, user),
			);
			noteSessions(terminal, user, sessions);
			if (json) {
				terminal.print(JSON.stringify({ login: user, organization: slug, dropped, keptBecause, sessions }));
				return;
			}
			terminal.print(
				dropped
					? `Login ${user} of ${slug} revoked and dropped.`
					: `Login ${user} of ${slug} revoked. The role stays, bound to no organization, because ${keptBecause}.`,
			);
		});
}
