import type { Command } from 'commander';

import { getUserAccount } from '../../../db/user/account';
import { setUserActive } from '../../../db/user/deactivate';
import type { Terminal } from '../../terminal/terminal';
import { asAdministrator } from '../asAdministrator';

/** `lma org user reactivate` */
export function registerUserReactivate(user: Command, terminal: Terminal): void {
	user
		.command('reactivate')
		.description('Make a deactivated user active again. Leads that were handed over stay where they are.')
		.argument('<slug>', 'the organization')
		.argument('<user>', 'the user: id or e-mail address')
		.option('--json', 'print what was done as JSON')
		.action(async (slug: string, who: string, { json }: { json?: boolean }) => {
			const { id, isActive } = await asAdministrator(terminal, slug, async (tx, organization) => {
				const account = await getUserAccount(tx, organization, who);
				await setUserActive(tx, organization.id, account.id, true);
				return account;
			});
			if (json) {
				terminal.print(JSON.stringify({ id, action: isActive ? 'unchanged' : 'reactivated' }));
				return;
			}
			terminal.print(`User ${id} of ${slug} ${isActive ? 'was already active' : 'is active again'}.`);
		});
}
