import { Argument, type Command } from 'commander';

import type { Sql } from '../../../db/connection/client';
import { asOwner } from '../../../db/connection/owner';
import { type ConnectionName, listConnections } from '../../../db/integration/connection';
import { INTEGRATION_TYPES, type IntegrationType } from '../../../domain/integration/integration';
import { withOwner } from '../../database';
import { CommandFailedError } from '../../terminal/failure';
import type { Terminal } from '../../terminal/terminal';
import { getOrganization } from '../getOrganization';

/** What a connection is called that was made without a name. */
const DEFAULT = 'default';

/** Adds the arguments that say which connection is meant. */
export function addConnectionArguments(command: Command): Command {
	return command
		.argument('<slug>', 'the organization')
		.addArgument(new Argument('<kind>', 'what it connects').choices(INTEGRATION_TYPES))
		.argument('[name]', 'its name, where there are several of a kind');
}

/**
 * Runs `work` in one transaction as the owner, on the connection that the arguments name; without a name, on the only one of its kind.
 * @throws CommandFailedError without a name where there are several, naming them
 */
export function onConnection<T>(
	terminal: Terminal,
	{ slug, kind, name }: { slug: string; kind: IntegrationType; name: string | undefined },
	work: (tx: Sql, connection: ConnectionName) => Promise<T>,
): Promise<T> {
	return withOwner(terminal, (sql) =>
		asOwner(sql, async (tx) => {
			const { id: organizationId } = await getOrganization(tx, slug);
			const integrationType = kind;
			return await work(tx, {
				organizationId,
				integrationType,
				name: name ?? (await onlyName(tx, slug, { organizationId, integrationType })),
			});
		}),
	);
}

async function onlyName(
	tx: Sql,
	slug: string,
	{ organizationId, integrationType }: Omit<ConnectionName, 'name'>,
): Promise<string> {
	const all = await listConnections(tx, organizationId);
	const names = all.filter((one) => one.integrationType === integrationType).map((one) => one.name);
	if (names.length <= 1 || names.includes(DEFAULT))
		return names.length === 1 ? (names[0] ?? DEFAULT) : DEFAULT;
	throw new CommandFailedError(
		`${slug} has several ${integrationType} connections: ${names.join(', ')}. Say which one after the kind.`,
		true,
	);
}
