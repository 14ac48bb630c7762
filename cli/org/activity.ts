import { Option, type Command } from 'commander';

import { cancelOverdue } from '../../db/communication/cancelOverdue';
import { inOrganizationAsOwner } from '../../db/connection/owner';
import { countActivity, setOrganizationActive } from '../../db/organization/activity';
import { ConflictError } from '../../domain/error/errors';
import type { Terminal } from '../terminal/terminal';
import { asAdministrator } from './asAdministrator';

interface ReactivateOptions {
	overdue?: 'send' | 'cancel';
	json?: boolean;
}

/** `lma org deactivate|reactivate` */
export function registerActivity(org: Command, terminal: Terminal): void {
	org
		.command('deactivate')
		.description('Switch an organization off: its nodes and logins are refused, and nothing of it is sent.')
		.argument('<slug>', 'the organization')
		.option('--json', 'print what was done as JSON')
		.addHelpText(
			'after',
			'\nNothing is removed. What is scheduled waits, and its workflows in n8n are left as they are: those that run without the\n' +
				'LMA nodes go on running.',
		)
		.action((slug: string, { json }: { json?: boolean }) => deactivate(terminal, slug, json));

	org
		.command('reactivate')
		.description('Switch a deactivated organization on again.')
		.argument('<slug>', 'the organization')
		.addOption(
			new Option(
				'--overdue <what>',
				'what becomes of communications that should have been sent in the meantime',
			).choices(['send', 'cancel']),
		)
		.option('--json', 'print what was done as JSON')
		.action((slug: string, options: ReactivateOptions) => reactivate(terminal, slug, options));
}

async function deactivate(terminal: Terminal, slug: string, json = false): Promise<void> {
	const { id, wasActive, scheduledCommunications } = await asAdministrator(
		terminal,
		slug,
		async (tx, { id: found, isActive }) => {
			await setOrganizationActive(tx, found, false);
			return { id: found, wasActive: isActive, ...(await countActivity(tx, found)) };
		},
	);
	if (json) {
		const action = wasActive ? 'deactivated' : 'unchanged';
		terminal.print(JSON.stringify({ id, slug, action, scheduledCommunications }));
		return;
	}
	terminal.print(
		`Organization ${slug} ${wasActive ? 'deactivated' : 'was already inactive'}. Scheduled communications that wait: ${scheduledCommunications}.`,
	);
}

/** A month of messages must not go out at once because nobody thought of them. */
async function reactivate(
	terminal: Terminal,
	slug: string,
	{ overdue, json }: ReactivateOptions,
): Promise<void> {
	const done = await asAdministrator(terminal, slug, async (tx, { id, isActive }) => {
		if (isActive) return { id, action: 'unchanged', overdueCommunications: 0, cancelled: 0 };
		const { overdueCommunications } = await countActivity(tx, id);
		if (overdueCommunications > 0 && !overdue) {
			throw new ConflictError(
				`Communications of ${slug} that should have been sent while it was inactive: ${overdueCommunications.toLocaleString('en')}`,
				'Nothing was changed. Add --overdue cancel, or --overdue send to send them all now.',
			);
		}
		await setOrganizationActive(tx, id, true);
		const cancelled = overdue === 'cancel' ? await inOrganizationAsOwner(tx, slug, cancelOverdue) : 0;
		return { id, action: 'reactivated', overdueCommunications, cancelled };
	});
	if (json) {
		terminal.print(JSON.stringify({ slug, ...done }));
		return;
	}
	const fate = done.cancelled > 0 ? `Overdue communications that were cancelled: ${done.cancelled}` : '';
	const sent =
		overdue === 'send' && done.overdueCommunications > 0
			? `Overdue communications that are sent now: ${done.overdueCommunications}`
			: '';
	const state = done.action === 'unchanged' ? 'was already active' : 'is active again';
	terminal.print([`Organization ${slug} ${state}`, fate, sent].filter(Boolean).join('. ') + '.');
}
