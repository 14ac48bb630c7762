import type { Command } from 'commander';

import { countActivity } from '../../db/organization/activity';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import { asAdministrator } from './asAdministrator';

/** `lma org show` */
export function registerShow(org: Command, terminal: Terminal): void {
	org
		.command('show')
		.description('Show one organization: what is said of it, and what waits in it.')
		.argument('<slug>', 'the organization')
		.option('--json', 'print it as JSON')
		.action(async (slug: string, { json }: { json?: boolean }) => {
			const found = await asAdministrator(
				terminal,
				slug,
				async (tx, { settings: _settings, ...organization }) => ({
					...organization,
					...(await countActivity(tx, organization.id)),
				}),
			);
			if (json) {
				terminal.print(JSON.stringify(found));
				return;
			}
			terminal.print(
				formatTable(
					[found.slug, ''],
					[
						['id', String(found.id)],
						['name', found.name],
						['active', found.isActive ? 'yes' : 'no'],
						['description', found.description],
						['website', found.website],
						['industry', found.industry],
						['size', found.size],
						['subscription', found.subscriptionTier],
						['billing address', found.billingEmail],
						['created', found.createdAt],
						['active users', String(found.activeUsers)],
						['open leads', String(found.openLeads)],
						['scheduled', `${found.scheduledCommunications}, ${found.overdueCommunications} of them overdue`],
					],
				),
			);
		});
}
