import type { Command } from 'commander';

import { rotateTenantLogin } from '../../../schema/login/tenantLogin';
import { withOwner } from '../../database';
import type { Terminal } from '../../terminal/terminal';
import { noteSessions, printCredential } from './credential';

/** `lma org login rotate` */
export function registerLoginRotate(login: Command, terminal: Terminal): void {
	login
		.command('rotate')
		.description(
			'Give a login of the organization a new password and end its sessions; the old password stops working.',
		)
		.argument('<slug>', 'the organization')
		.argument('<login>', 'the login, as "lma org login list" shows it')
		.option('--json', 'print what the credential needs as JSON')
		.addHelpText('after', '\nThe password is printed once and stored nowhere.')
		.action(async (slug: string, user: string, { json }: { json?: boolean }) => {
			const rotated = await withOwner(terminal, (sql) => rotateTenantLogin(sql, slug, user));
			printCredential(terminal, slug, rotated, json);
			noteSessions(terminal, user, rotated.sessions);
		});
}
