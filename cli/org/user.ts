import { Option, type Command } from 'commander';

import { asOwner } from '../../db/connection/owner';
import { createUsers } from '../../db/organization/organization';
import { parseInput } from '../../domain/input/parseInput';
import { newUserSchema } from '../../domain/user/input';
import { USER_ROLES } from '../../domain/user/user';
import { withOwner } from '../database';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { getOrganization } from './getOrganization';

interface AddOptions {
	email: string;
	firstName: string;
	lastName: string;
	role: string;
	timeZone: string;
	json?: boolean;
}

/** `lma org user add` */
export function registerUser(org: Command, terminal: Terminal): void {
	org
		.command('user')
		.description('Administer the users of an organization.')
		.command('add')
		.description('Add a user, who can then own leads.')
		.argument('<slug>', 'the organization')
		.requiredOption('--email <address>', 'the e-mail address')
		.requiredOption('--first-name <name>', 'the first name')
		.requiredOption('--last-name <name>', 'the last name')
		.addOption(new Option('--role <role>', 'what the user may do').choices(USER_ROLES).default('SALES_REP'))
		.option('--time-zone <zone>', 'IANA name such as Europe/Vienna', 'UTC')
		.option('--json', 'print the id as JSON')
		.action(async (slug: string, { timeZone, json, ...options }: AddOptions) => {
			const user = parseInput(newUserSchema, { ...options, timezone: timeZone });
			const [id] = await withOwner(terminal, (sql) =>
				asOwner(sql, async (tx) => createUsers(tx, (await getOrganization(tx, slug)).id, [user])),
			);
			if (id === undefined) {
				throw new CommandFailedError(
					'A user with this e-mail address already exists, here or in another organization. Choose another address.',
				);
			}
			terminal.print(json ? JSON.stringify({ id }) : `User ${id} added to ${slug}.`);
		});
}
