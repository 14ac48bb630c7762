import type { Command } from 'commander';

import type { Sql } from '../../db/connection/client';
import { inOrganization } from '../../db/connection/tenancy';
import { closeSubscription, listSubscriptions } from '../../db/subscription/subscription';
import { NotFoundError } from '../../domain/error/errors';
import { withApplication } from '../database';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';

type Listed = Awaited<ReturnType<typeof listSubscriptions>>[number];

/** `lma org subscriptions list|remove`: who reads an organization's events. */
export function registerSubscriptions(org: Command, terminal: Terminal): void {
	const subscriptions = org
		.command('subscriptions')
		.description('Show who reads the events of an organization, and remove what nobody reads any more.');

	subscriptions
		.command('list')
		.description('List the subscriptions of an organization, and how far each is behind.')
		.argument('<slug>', 'the organization')
		.option('--json', 'print them as JSON')
		.addHelpText(
			'after',
			'\nThose of LMA Triggers are named n8n:<instance id of n8n>:<workflow id>:<node id>.\n' +
				'A deleted workflow leaves its subscription behind, which has no reader and falls further and further behind.',
		)
		.action(async (slug: string, { json }: { json?: boolean }) => {
			const found = await ofOrganization(terminal, slug, async (tx) => [...(await listSubscriptions(tx))]);
			terminal.print(json ? JSON.stringify(found) : describe(found));
		});

	subscriptions
		.command('remove')
		.description(
			'Remove a subscription permanently. A trigger that still reads it starts over from that moment.',
		)
		.argument('<slug>', 'the organization')
		.argument('<name>', 'the name of the subscription, as "list" shows it')
		.option('--json', 'print what was done as JSON')
		.action(async (slug: string, name: string, { json }: { json?: boolean }) => {
			const isRemoved = await ofOrganization(terminal, slug, (tx) => closeSubscription(tx, name));
			if (!isRemoved) {
				throw new NotFoundError(
					'Subscription',
					name,
					`"lma org subscriptions list ${slug}" shows the existing ones.`,
				);
			}
			terminal.print(
				json ? JSON.stringify({ name, removed: true }) : `${slug} no longer has the subscription ${name}.`,
			);
		});
}

function ofOrganization<T>(terminal: Terminal, slug: string, work: (tx: Sql) => Promise<T>): Promise<T> {
	return withApplication(terminal, (sql) => inOrganization(sql, slug, work));
}

function describe(subscriptions: readonly Listed[]): string {
	return formatTable(
		['name', 'waiting', 'oldest', 'last moved', 'last error'],
		subscriptions.map(({ name, eventsBehind, hasMore, oldestAt, movedAt, lastError }) => [
			name,
			hasMore ? `${eventsBehind}+` : eventsBehind,
			oldestAt,
			movedAt,
			lastError,
		]),
	);
}
