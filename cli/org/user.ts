import type { Command } from 'commander';

import type { Terminal } from '../terminal/terminal';
import { registerUserAdd } from './user/add';
import { registerUserDeactivate } from './user/deactivate';
import { registerUserList } from './user/list';
import { registerUserReactivate } from './user/reactivate';
import { registerUserUpdate } from './user/update';

/** `lma org user`: the people who own leads and write notes. */
export function registerUser(org: Command, terminal: Terminal): void {
	const user = org.command('user').description('Administer the users of an organization.');
	registerUserList(user, terminal);
	registerUserAdd(user, terminal);
	registerUserUpdate(user, terminal);
	registerUserDeactivate(user, terminal);
	registerUserReactivate(user, terminal);
}
