import { type Command, Option } from 'commander';

import { inOrganization } from '../../db/connection/tenancy';
import { listManySuppressions, type SuppressionRow } from '../../db/suppression/listMany';
import { COMMUNICATION_TYPES } from '../../domain/communication/communication';
import { ValidationError } from '../../domain/error/errors';
import { SUPPRESSION_REASONS } from '../../domain/outreach/suppression';
import { withApplication } from '../database';
import { CommandFailedError } from '../terminal/failure';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';

interface ListOptions {
	org: string;
	type?: string;
	reason?: string;
	leadId?: string;
	limit: string;
	afterCursor?: string;
	json?: boolean;
}

/** `lma leads do-not-contact list` */
export function registerDoNotContact(leads: Command, terminal: Terminal): void {
	leads
		.command('do-not-contact')
		.description('Who must not be contacted.')
		.command('list')
		.description(
			'List leads and addresses that must not be contacted, newest first. Addresses are stored as hashes.',
		)
		.requiredOption('--org <slug>', 'the organization')
		.addOption(new Option('--type <type>', 'only for this type').choices(COMMUNICATION_TYPES))
		.addOption(new Option('--reason <reason>', 'only for this reason').choices(SUPPRESSION_REASONS))
		.option('--lead-id <id>', 'only what keeps this lead from being contacted, its addresses included')
		.option('--limit <number>', 'at most so many', '50')
		.option('--after-cursor <cursor>', 'go on after the entry with this cursor, which --json prints')
		.option('--json', 'print them as JSON, each with its cursor')
		.action(async (options: ListOptions) => {
			const found = await withApplication(terminal, (sql) =>
				inOrganization(sql, options.org, (tx) => listManySuppressions(tx, filterOf(options))),
			).catch((error: unknown) => {
				throw error instanceof ValidationError ? new CommandFailedError(error.sentences, true) : error;
			});
			terminal.print(options.json ? JSON.stringify(found) : formatTable(HEADINGS, found.map(toCells)));
		});
}

/** What is wrong with the text of an option, the list itself says. */
function filterOf({ type, reason, leadId, limit, afterCursor, json = false }: ListOptions) {
	return {
		...(type !== undefined && { communicationType: [type] }),
		...(reason !== undefined && { reason: [reason] }),
		...(leadId !== undefined && { leadId }),
		...(afterCursor !== undefined && { afterCursor }),
		limit,
		includeCursor: json,
	} as Parameters<typeof listManySuppressions>[1];
}

const HEADINGS = ['who', 'type', 'reason', 'source', 'since'];

function toCells({ leadId, addressKey, communicationType, reason, source, createdAt }: SuppressionRow) {
	const who = leadId === null ? `address ${addressKey?.slice(0, 12)}…` : `lead ${leadId}`;
	return [who, communicationType, reason, source, createdAt];
}
