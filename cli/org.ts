import type { Command } from 'commander';
import { registerConnect } from './org/connect';
import { registerConnection } from './org/connection';
import { registerCreate } from './org/create';
import { registerFields } from './org/fields';
import { registerList } from './org/list';
import { registerLogin } from './org/login';
import { registerReport } from './org/report';
import { registerRetention } from './org/retention';
import { registerSubscriptions } from './org/subscriptions';
import { registerUser } from './org/user';
import type { Terminal } from './terminal/terminal';

/** `lma org`: organizations, and what belongs to them. */
export function registerOrg(program: Command, terminal: Terminal): void {
	const org = program
		.command('org')
		.description('Administer organizations: users, logins, connections, custom fields.');
	registerCreate(org, terminal);
	registerList(org, terminal);
	registerUser(org, terminal);
	registerLogin(org, terminal);
	registerConnect(org, terminal);
	registerConnection(org, terminal);
	registerReport(org, terminal);
	registerRetention(org, terminal);
	registerFields(org, terminal);
	registerSubscriptions(org, terminal);
}
