import { Option, type Command } from 'commander';

import { createUsers } from '../../../db/user/create';
import { requireFree } from '../../../db/user/requireFree';
import { parseInput } from '../../../domain/input/parseInput';
import { newUserSchema } from '../../../domain/user/input';
import { USER_ROLES } from '../../../domain/user/user';
import { usernameOf } from '../../../domain/user/username';
import { CommandFailedError } from '../../terminal/failure';
import type { Terminal } from '../../terminal/terminal';
import { asAdministrator } from '../asAdministrator';

interface AddOptions {
	email: string;
	username?: string;
	firstName: string;
	lastName: string;
	role: string;
	timeZone: string;
	json?: boolean;
}

/** `lma org user add` */
export function registerUserAdd(user: Command, terminal: Terminal): void {
	user
		.command('add')
		.description('Add a user, who can then own leads.')
		.argument('<slug>', 'the organization')
		.requiredOption('--email <address>', 'the e-mail address')
		.requiredOption('--first-name <name>', 'the first name')
		.requiredOption('--last-name <name>', 'the last name')
		.option('--username <name>', 'the user name (default: the e-mail address)')
		.addOption(new Option('--role <role>', 'what the user may do').choices(USER_ROLES).default('SALES_REP'))
		.option('--time-zone <zone>', 'IANA name such as Europe/Vienna', 'UTC')
		.option('--json', 'print the id as JSON')
		.action(async (slug: string, { timeZone, json, ...options }: AddOptions) => {
			const input = parseInput(newUserSchema, { ...options, timezone: timeZone });
			const id = await asAdministrator(terminal, slug, async (tx, organization) => {
				await requireFree(tx, { email: input.email, username: input.username ?? usernameOf(input.email) });
				const [created] = await createUsers(tx, organization.id, [input]);
				return created;
			});
			if (id === undefined) {
				throw new CommandFailedError(
					'Somebody else has just added a user with this e-mail address. Try again to see which.',
				);
			}
			terminal.print(json ? JSON.stringify({ id }) : `User ${id} added to ${slug}.`);
		});
}
