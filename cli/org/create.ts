import type { Command } from 'commander';

import { asOwner } from '../../db/connection/owner';
import { createOrganization } from '../../db/organization/organization';
import { parseInput } from '../../domain/input/parseInput';
import { newOrganizationSchema } from '../../domain/organization/organization';
import { withOwner } from '../database';
import type { Terminal } from '../terminal/terminal';

interface CreateOptions {
	name?: string;
	billingEmail?: string;
	json?: boolean;
}

/** `lma org create` */
export function registerCreate(org: Command, terminal: Terminal): void {
	org
		.command('create')
		.description('Create an organization.')
		.argument(
			'<slug>',
			'its short name, which the credential in n8n uses: lowercase letters, digits and hyphens',
		)
		.option('--name <name>', 'its full name (default: the slug)')
		.option('--billing-email <address>', 'where invoices are sent')
		.option('--json', 'print the organization as JSON')
		.action(async (slug: string, { name, billingEmail, json }: CreateOptions) => {
			const input = parseInput(newOrganizationSchema, { slug, name: name ?? slug, billingEmail });
			const { id } = await withOwner(terminal, (sql) => asOwner(sql, (tx) => createOrganization(tx, input)));
			terminal.print(
				json ? JSON.stringify({ id, slug, name: input.name }) : `Organization ${slug} created, id ${id}.`,
			);
		});
}
