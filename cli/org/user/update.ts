import { Option, type Command } from 'commander';

import { getUserAccount } from '../../../db/user/account';
import { updateUser } from '../../../db/user/update';
import { parseInput } from '../../../domain/input/parseInput';
import { userPatchSchema } from '../../../domain/user/input';
import { USER_ROLES } from '../../../domain/user/user';
import { CommandFailedError } from '../../terminal/failure';
import type { Terminal } from '../../terminal/terminal';
import { asAdministrator } from '../asAdministrator';

interface UpdateOptions {
	email?: string;
	username?: string;
	firstName?: string;
	lastName?: string;
	role?: string;
	timeZone?: string;
	json?: boolean;
}

/** `lma org user update` */
export function registerUserUpdate(user: Command, terminal: Terminal): void {
	user
		.command('update')
		.description('Change a user; what is not named stays as it is.')
		.argument('<slug>', 'the organization')
		.argument('<user>', 'the user: id or e-mail address')
		.option('--email <address>', 'the e-mail address')
		.option('--username <name>', 'the user name')
		.option('--first-name <name>', 'the first name')
		.option('--last-name <name>', 'the last name')
		.addOption(new Option('--role <role>', 'what the user may do').choices(USER_ROLES))
		.option('--time-zone <zone>', 'IANA name such as Europe/Vienna')
		.option('--json', 'print the user as JSON')
		.addHelpText('after', '\nA user name that is the e-mail address changes with it.')
		.action(async (slug: string, who: string, { timeZone, json, ...options }: UpdateOptions) => {
			const given = { ...options, ...(timeZone !== undefined && { timezone: timeZone }) };
			if (Object.keys(given).length === 0) {
				throw new CommandFailedError('Nothing to change. Name at least one option; --help lists them.', true);
			}
			const patch = parseInput(userPatchSchema, given);
			const updated = await asAdministrator(terminal, slug, async (tx, organization) => {
				const account = await getUserAccount(tx, organization, who);
				await updateUser(tx, organization.id, account, patch);
				return getUserAccount(tx, organization, String(account.id));
			});
			const changed = Object.keys(patch).join(', ');
			terminal.print(json ? JSON.stringify(updated) : `User ${updated.id} of ${slug} updated: ${changed}.`);
		});
}
