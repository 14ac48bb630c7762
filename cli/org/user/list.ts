import type { Command } from 'commander';

import { listUserAccounts } from '../../../db/user/account';
import { formatTable } from '../../terminal/table';
import type { Terminal } from '../../terminal/terminal';
import { asAdministrator } from '../asAdministrator';

/** `lma org user list` */
export function registerUserList(user: Command, terminal: Terminal): void {
	user
		.command('list')
		.description('List the users of an organization by last name, with what waits for each.')
		.argument('<slug>', 'the organization')
		.option('--active', 'only active users')
		.option('--inactive', 'only deactivated users')
		.option('--json', 'print them as JSON')
		.action(
			async (
				slug: string,
				{ active, inactive, json }: { active?: boolean; inactive?: boolean; json?: boolean },
			) => {
				const filter = active === inactive ? {} : { isActive: active === true };
				const users = await asAdministrator(terminal, slug, async (tx, { id }) => [
					...(await listUserAccounts(tx, id, filter)),
				]);
				if (json) {
					terminal.print(JSON.stringify(users));
					return;
				}
				terminal.print(
					formatTable(
						['id', 'e-mail address', 'name', 'role', 'time zone', 'active', 'open leads', 'scheduled'],
						users.map((row) => [
							row.id,
							row.email,
							`${row.firstName} ${row.lastName}`.trim(),
							row.role,
							row.timezone,
							row.isActive ? 'yes' : 'no',
							row.openLeads,
							row.scheduledCommunications,
						]),
					),
				);
			},
		);
}
