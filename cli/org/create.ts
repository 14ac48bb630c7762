import type { Command } from 'commander';

import { asOwner } from '../../db/connection/owner';
import { createOrganization } from '../../db/organization/organization';
import { parseInput } from '../../domain/input/parseInput';
import { newOrganizationSchema } from '../../domain/organization/organization';
import { withOwner } from '../database';
import type { Terminal } from '../terminal/terminal';
import { addDetailOptions, type DetailOptions, readDetails } from './details';

interface CreateOptions extends DetailOptions {
	name?: string;
	json?: boolean;
}

/** `lma org create` */
export function registerCreate(org: Command, terminal: Terminal): void {
	const create = org
		.command('create')
		.description('Create an organization.')
		.argument(
			'<slug>',
			'its short name, which the credential in n8n uses: lowercase letters, digits and hyphens',
		)
		.option('--name <name>', 'its full name (default: the slug)');
	addDetailOptions(create)
		.option('--json', 'print the organization as JSON')
		.action(async (slug: string, { name, json, ...details }: CreateOptions) => {
			const input = parseInput(newOrganizationSchema, { slug, name: name ?? slug, ...readDetails(details) });
			const { id } = await withOwner(terminal, (sql) => asOwner(sql, (tx) => createOrganization(tx, input)));
			terminal.print(
				json ? JSON.stringify({ id, slug, name: input.name }) : `Organization ${slug} created, id ${id}.`,
			);
		});
}
