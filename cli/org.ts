import type { Command } from 'commander';
import { registerActivity } from './org/activity';
import { registerConnect } from './org/connect';
import { registerConnection } from './org/connection';
import { registerCreate } from './org/create';
import { registerFields } from './org/fields';
import { registerList } from './org/list';
import { registerLogin } from './org/login';
import { registerPipeline } from './org/pipeline';
import { registerReport } from './org/report';
import { registerRetention } from './org/retention';
import { registerSettings } from './org/settings';
import { registerShow } from './org/show';
import { registerSubscriptions } from './org/subscriptions';
import { registerUpdate } from './org/update';
import { registerUser } from './org/user';
import type { Terminal } from './terminal/terminal';

/** `lma org`: organizations, and what belongs to them. */
export function registerOrg(program: Command, terminal: Terminal): void {
	const org = program
		.command('org')
		.description(
			'Administer organizations: users, logins, settings, connections, custom fields, the pipeline.',
		);
	registerCreate(org, terminal);
	registerList(org, terminal);
	registerShow(org, terminal);
	registerUpdate(org, terminal);
	registerActivity(org, terminal);
	registerUser(org, terminal);
	registerLogin(org, terminal);
	registerConnect(org, terminal);
	registerConnection(org, terminal);
	registerReport(org, terminal);
	registerRetention(org, terminal);
	registerSettings(org, terminal);
	registerFields(org, terminal);
	registerPipeline(org, terminal);
	registerSubscriptions(org, terminal);
}
