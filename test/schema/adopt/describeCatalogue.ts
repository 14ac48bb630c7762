import { Client } from 'pg';

import { type Catalogue, readCatalogue } from '../../../schema/adopt/catalogue/catalogue';

/** Everything in a database that its migrations decide, as lines that two databases can be compared by. */
export async function describeDatabase(url: string): Promise<Set<string>> {
	const client = new Client({ connectionString: url });
	await client.connect();
	try {
		return new Set(describe(await readCatalogue(client)));
	} finally {
		await client.end();
	}
}

function describe(catalogue: Catalogue): string[] {
	const lines: string[] = [];
	const say = (...words: (string | number | boolean | null)[]) =>
		lines.push(words.map((word) => plain(String(word))).join(' '));
	for (const { name, owner } of catalogue.schemas.filter(({ name }) => name === 'lma'))
		say('schema', name, owner);
	for (const table of catalogue.tables) {
		if (table.name.startsWith('public.activity_logs_2')) continue;
		say(
			'table',
			table.name,
			table.kind,
			table.owner,
			table.partitionKey,
			table.parent,
			table.replicaIdentity,
		);
		say('row security', table.name, table.rowSecurity, table.forceRowSecurity);
		say('options', table.name, [...table.options].sort().join());
		say('comment', table.name, table.comment);
		// A partition's columns are its parent's; servers differ in how they say so.
		for (const column of table.parent ? [] : table.columns) {
			const { name, type, notNull, identity, generated, sequence } = column;
			say(
				'column',
				table.name,
				name,
				type,
				notNull,
				sequence ? 'counted' : column.expression,
				identity,
				generated,
			);
			say('comment', table.name, name, column.comment);
		}
	}
	for (const index of catalogue.indexes) {
		if (index.isPart) continue;
		say('index', index.name, index.isValid, index.definition.replace('ON ONLY', 'ON'));
		say('comment', index.name, index.comment);
		say('statistics', index.name, JSON.stringify(index.statistics));
	}
	for (const { name, table, isPart, definition, isValidated } of catalogue.constraints)
		if (!isPart) say('constraint', table, name, definition, isValidated);
	for (const { name, table, isPart, definition, enabled } of catalogue.triggers)
		if (!isPart) say('trigger', table, name, definition, enabled);
	for (const { name, table, definition } of catalogue.policies)
		if (!table.startsWith('public.activity_logs_2')) say('policy', table, name, definition);
	for (const { name, definition, owner, comment } of catalogue.routines)
		say('routine', name, owner, definition, comment);
	for (const { name, definition, owner, options, columns } of catalogue.views)
		say('view', name, owner, options.join(), columns.join(), definition.replace(/AS "?\w+"?/g, ''));
	for (const { kind, object, column, grantee, privilege } of catalogue.grants) {
		if (object.startsWith('public.activity_logs_2') || grantee === 'lma_owner') continue;
		say('grant', kind, object, column, grantee, privilege);
	}
	for (const { name, labels, owner } of catalogue.enums) say('enum', name, owner, [...labels].sort().join());
	for (const { definition } of catalogue.defaultPrivileges) say(definition);
	for (const { name, owner } of catalogue.sequences) say('sequence', name, owner);
	return lines;
}

function plain(text: string): string {
	return text.replaceAll(/\s+/g, ' ');
}
