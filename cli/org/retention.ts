import { Option, type Command } from 'commander';

import { asOwner } from '../../db/connection/owner';
import {
	getPartitionPolicy,
	getRetention,
	setPartitionPolicy,
	setRetention,
} from '../../db/retention/retentionPolicy';
import { parseInput } from '../../domain/input/parseInput';
import {
	type PartitionPolicy,
	partitionPolicySchema,
	type Retention,
	retentionChangeSchema,
} from '../../domain/retention/retention';
import { withOwner } from '../database';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { asAdministrator } from './asAdministrator';

interface SetOptions {
	activityMonths?: string;
	attemptDays?: string;
	json?: boolean;
}

interface PartitionOptions {
	keepMonths?: string;
	retireBy?: string;
	staleDays?: string;
	json?: boolean;
}

/** `lma org retention get|set|partitions`: how long events and attempts are kept. */
export function registerRetention(org: Command, terminal: Terminal): void {
	const retention = org
		.command('retention')
		.description('Show or set how long events and send attempts are kept.');

	retention
		.command('get')
		.description('Show how long the rows of an organization are kept.')
		.argument('<slug>', 'the organization')
		.option('--json', 'print it as JSON')
		.action((slug: string, { json }: { json?: boolean }) => show(terminal, slug, json));

	retention
		.command('set')
		.description('Change how long the rows of an organization are kept. The worker removes older ones daily.')
		.argument('<slug>', 'the organization')
		.option(
			'--activity-months <months>',
			'whole months of events to keep before the current one, or "forever"',
		)
		.option(
			'--attempt-days <days>',
			'days to keep the send attempts of messages that are no longer scheduled, or "forever"',
		)
		.option('--json', 'print the settings as JSON')
		.action(async (slug: string, { activityMonths, attemptDays, json }: SetOptions) => {
			const change = parseInput(retentionChangeSchema, {
				activityMonths: orForever(activityMonths),
				attemptDays: orForever(attemptDays),
			});
			if (change.activityMonths === undefined && change.attemptDays === undefined) {
				throw new CommandFailedError('Nothing to change. Give --activity-months or --attempt-days.', true);
			}
			await asAdministrator(terminal, slug, (tx, { id }) => setRetention(tx, id, change));
			await show(terminal, slug, json);
		});

	retention
		.command('partitions')
		.description('Show or change how long whole months of events are kept, for all organizations.')
		.option('--keep-months <months>', 'whole months to keep before the current one, or "forever"')
		.addOption(
			new Option(
				'--retire-by <way>',
				'whether older months move to the schema lma_archive or are permanently removed',
			).choices(['detach', 'drop']),
		)
		.option(
			'--stale-days <days>',
			'days without progress after which a subscription no longer holds back a month',
		)
		.option('--json', 'print the policy as JSON')
		.action(async ({ keepMonths, json, ...rest }: PartitionOptions) => {
			const change = parseInput(partitionPolicySchema, { keepMonths: orForever(keepMonths), ...rest });
			const given = Object.fromEntries(
				Object.entries<unknown>(change).filter(([, value]) => value !== undefined),
			);
			const policy = await withOwner(terminal, (sql) =>
				asOwner(sql, async (tx) => {
					if (Object.keys(given).length > 0) await setPartitionPolicy(tx, given);
					return getPartitionPolicy(tx);
				}),
			);
			terminal.print(json ? JSON.stringify(policy) : describePolicy(policy));
		});
}

/** Undefined stays: not asked for. */
function orForever(value: string | undefined): string | null | undefined {
	return value === 'forever' ? null : value;
}

async function show(terminal: Terminal, slug: string, json = false): Promise<void> {
	const { retention, ignored } = await asAdministrator(terminal, slug, (tx, { id }) => getRetention(tx, id));
	for (const name of ignored) {
		terminal.note(`The setting ${name} of ${slug} cannot be understood and removes nothing. Set it again.`);
	}
	terminal.print(json ? JSON.stringify(forPrograms(retention)) : describe(slug, retention));
}

function forPrograms({ activityMonths, attemptDays }: Retention) {
	return { activityMonths: activityMonths ?? null, attemptDays: attemptDays ?? null };
}

function describe(slug: string, { activityMonths, attemptDays }: Retention): string {
	const events = activityMonths ? `for ${activityMonths} whole months` : 'forever';
	const attempts = attemptDays ? `for ${attemptDays} days` : 'forever';
	return `${slug} keeps events ${events} and send attempts ${attempts}.`;
}

function describePolicy({ keepMonths, retireBy, staleDays }: PartitionPolicy): string {
	if (keepMonths === null) return 'Events are kept forever.';
	const then = retireBy === 'drop' ? 'removed' : 'moved to the schema lma_archive';
	return (
		`Events are kept for ${keepMonths} whole months, then ${then}, or later if a subscription ` +
		`that has made progress in the last ${staleDays} days has yet to read them.`
	);
}
