import type { Command } from 'commander';

import { asOwner } from '../../db/connection/owner';
import { listOrganizations } from '../../db/organization/organization';
import { withOwner } from '../database';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';

/** `lma org list` */
export function registerList(org: Command, terminal: Terminal): void {
	org
		.command('list')
		.description('List all organizations.')
		.option('--json', 'print them as JSON')
		.action(async ({ json }: { json?: boolean }) => {
			const found = await withOwner(terminal, (sql) =>
				asOwner(sql, async (tx) => [...(await listOrganizations(tx))]),
			);
			const rows = found.map(({ id, slug, name, isActive, createdAt }) => ({
				id,
				slug,
				name,
				isActive,
				createdAt,
			}));
			if (json) {
				terminal.print(JSON.stringify(rows));
				return;
			}
			terminal.print(
				formatTable(
					['id', 'slug', 'name', 'active'],
					rows.map(({ id, slug, name, isActive }) => [id, slug, name, isActive ? 'yes' : 'no']),
				),
			);
		});
}
