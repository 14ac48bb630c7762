import type { Command } from 'commander';

import { asOwner } from '../../../db/connection/owner';
import { type Connection, listConnections } from '../../../db/integration/connection';
import { integrationConfigurations } from '../../../domain/integration/integration';
import { withOwner } from '../../database';
import { formatTable } from '../../terminal/table';
import type { Terminal } from '../../terminal/terminal';
import { getOrganization } from '../getOrganization';

/** `lma org connection list` */
export function registerListConnections(connection: Command, terminal: Terminal): void {
	connection
		.command('list')
		.description('List the connections of an organization, and what is wrong with them.')
		.argument('<slug>', 'the organization')
		.option('--json', 'print them as JSON')
		.action(async (slug: string, { json }: { json?: boolean }) => {
			const found = await withOwner(terminal, (sql) =>
				asOwner(sql, async (tx) => {
					const { id } = await getOrganization(tx, slug);
					return [...(await listConnections(tx, id))];
				}),
			);
			const rows = found.map(toRow);
			terminal.print(json ? JSON.stringify(rows) : describe(rows));
		});
}

function toRow(connection: Connection) {
	const { id, integrationType, name, status, hasSecret, lastSyncAt, lastError, registeredWorkflows } =
		connection;
	return {
		id,
		kind: integrationType,
		name,
		status: status === 'inactive' ? 'disabled' : status,
		address: addressOf(connection),
		hasSecret,
		...(integrationType === 'n8n' && { lastSyncAt, registeredWorkflows }),
		lastError,
	};
}

/** A mail server's is part of its secret. */
function addressOf({ integrationType, configuration }: Connection): string | null {
	const known = integrationConfigurations[integrationType].safeParse(configuration);
	if (!known.success) return null;
	if ('baseUrl' in known.data) return known.data.baseUrl;
	if ('url' in known.data) return known.data.url;
	return null;
}

function describe(rows: readonly ReturnType<typeof toRow>[]): string {
	return formatTable(
		['kind', 'name', 'status', 'address', 'last scan', 'problem'],
		rows.map(({ kind, name, status, address, lastSyncAt, lastError }) => [
			kind,
			name,
			status,
			address,
			lastSyncAt,
			lastError,
		]),
	);
}
