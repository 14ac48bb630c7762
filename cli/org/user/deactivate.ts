import { Option, type Command } from 'commander';

import type { HandedOver } from '../../../db/assignment/handOver';
import type { Sql } from '../../../db/connection/client';
import { getUserAccount, type UserAccount } from '../../../db/user/account';
import { deactivateUser } from '../../../db/user/deactivate';
import type { HandOver } from '../../../domain/user/input';
import type { Terminal } from '../../terminal/terminal';
import { asAdministrator } from '../asAdministrator';

interface DeactivateOptions {
	handOver?: 'roundRobin' | 'leastLoaded';
	handOverTo?: string;
	keep?: boolean;
	json?: boolean;
}

/** `lma org user deactivate` */
export function registerUserDeactivate(user: Command, terminal: Terminal): void {
	user
		.command('deactivate')
		.description('Deactivate a user who has left. Says how many open leads wait, and hands them over.')
		.argument('<slug>', 'the organization')
		.argument('<user>', 'the user: id or e-mail address')
		.option('--hand-over-to <user>', 'give the open leads to this user: id or e-mail address')
		.addOption(
			new Option(
				'--hand-over [how]',
				'give the open leads to the active sales representatives: in turn, or first to whoever has the fewest',
			)
				.choices(['roundRobin', 'leastLoaded'])
				.preset('roundRobin')
				.conflicts(['handOverTo', 'keep']),
		)
		.addOption(new Option('--keep', 'leave the open leads with the deactivated user').conflicts('handOverTo'))
		.option('--json', 'print what was done as JSON')
		.addHelpText(
			'after',
			'\nWithout one of the three, a user who owns open leads is not deactivated. Leads that are won or lost, notes and\n' +
				'communications stay theirs.',
		)
		.action(async (slug: string, who: string, { json, ...options }: DeactivateOptions) => {
			const { account, handedOver } = await asAdministrator(terminal, slug, async (tx, organization) => {
				const found = await getUserAccount(tx, organization, who);
				const wanted = await toHandOver(tx, organization, options);
				return { account: found, handedOver: await deactivateUser(tx, organization, found, wanted) };
			});
			const { id, isActive, openLeads, scheduledCommunications } = account;
			if (json) {
				const action = isActive ? 'deactivated' : 'unchanged';
				terminal.print(JSON.stringify({ id, action, openLeads, handedOver, scheduledCommunications }));
				return;
			}
			terminal.print(
				`User ${id} of ${slug} ${isActive ? 'deactivated' : 'was already inactive'}. ${told(account, handedOver)}`,
			);
			if (scheduledCommunications > 0)
				terminal.note(
					`${scheduledCommunications} scheduled in the name of this user will still be sent. Cancel what should not be, in n8n with "Communication: Cancel".`,
				);
		});
}

async function toHandOver(
	tx: Sql,
	organization: { id: number; slug: string },
	{ handOver, handOverTo, keep }: DeactivateOptions,
): Promise<HandOver | undefined> {
	if (keep) return { to: 'nobody' };
	if (handOver) return { to: handOver };
	if (handOverTo === undefined) return undefined;
	// The hand-over holds them as every assignment does: with a lock like that on who leaves, the two could wait for each other.
	const heir = await getUserAccount(tx, organization, handOverTo, { isLocked: false });
	return { to: 'user', userId: heir.id };
}

function told({ openLeads }: UserAccount, handedOver: readonly HandedOver[]): string {
	if (handedOver.length > 0) {
		const shares = handedOver.map(({ userId, leads }) => `${leads} to user ${userId}`).join(', ');
		return `Open leads were handed over: ${shares}.`;
	}
	return openLeads > 0 ? `Open leads that stay with the user: ${openLeads}.` : 'No open leads waited.';
}
