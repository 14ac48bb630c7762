import type { Command } from 'commander';
import type { Terminal } from '../terminal/terminal';
import { registerLoginCreate } from './login/create';
import { registerLoginLimit } from './login/limit';
import { registerLoginList } from './login/list';
import { registerLoginRevoke } from './login/revoke';
import { registerLoginRotate } from './login/rotate';

/** `lma org login`: the PostgreSQL logins that see one organization alone. */
export function registerLogin(org: Command, terminal: Terminal): void {
	const login = org.command('login').description('Administer the PostgreSQL logins of an organization.');
	registerLoginCreate(login, terminal);
	registerLoginRotate(login, terminal);
	registerLoginRevoke(login, terminal);
	registerLoginLimit(login, terminal);
	registerLoginList(login, terminal);
}
