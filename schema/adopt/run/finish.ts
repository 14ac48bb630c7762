import type { Client } from '../../../db/connection/pgConfig';
import { missingGrants } from '../plan/grants';
import { type Catalogue, findTable } from '../catalogue/catalogue';
import type { Context } from '../plan/context';
import { refresh } from '../plan/plan';
import { quoteName, quoteText } from '../catalogue/quote';
import type { Reference } from '../catalogue/reference';
import { type Patience, runBriefly, runOnline } from './session';
import { brief, online } from '../plan/step';
import { makeTable } from '../plan/tables';

const RECORD = 'lma.migrations';

/**
 * Records the migrations as applied and the adoption as complete, in one transaction: until then `lma migrate` refuses
 * the database, from then on it goes on from there. Statistics first, so that the first queries find their indexes.
 */
export async function finish(
	first: Context,
	reference: Reference,
	{
		patience,
		afterwards,
	}: { patience: Patience; afterwards?: ((client: Client) => Promise<void>) | undefined },
): Promise<void> {
	const { client, baseline } = first;
	if (!first.isComplete) {
		const names = first.reference.tables.map(({ name }) => name).filter((name) => name in baseline);
		for (const name of names)
			await runOnline(client, online(`Analyze ${name}`, name, 0, [`analyze ${name}`]), patience);
	}
	if (afterwards) {
		await client.query('set role lma_owner');
		await afterwards(client);
		await client.query('reset role');
	}
	const { live } = await refresh(first);
	const table = findTable(reference.catalogue, RECORD);
	const isMade = findTable(live, RECORD) !== undefined;
	await runBriefly(
		client,
		brief('Record the migrations', null, [
			...(table && !isMade ? makeTable(table, { reference: reference.catalogue }) : []),
			...missingGrants(reference.catalogue, live, 'table', RECORD).map(
				({ privilege, grantee }) => `grant ${privilege} on ${RECORD} to ${quoteName(grantee)}`,
			),
			...comments(reference.catalogue),
			...reference.migrations.map(
				(name) =>
					`insert into ${RECORD} (name, run_on) select ${quoteText(name)}, now() where not exists (
				select from ${RECORD} where name = ${quoteText(name)})`,
			),
			"update lma.adoption set status = 'complete', step = null, finished_at = now()",
		]),
		patience,
	);
}

function comments({ tables, indexes }: Catalogue): string[] {
	const on = (kind: string, name: string, comment: string | null) =>
		comment ? [`comment on ${kind} ${name} is ${quoteText(comment)}`] : [];
	return [
		...tables
			.filter(({ name }) => name === RECORD)
			.flatMap(({ name, comment }) => on('table', name, comment)),
		...indexes
			.filter(({ table }) => table === RECORD)
			.flatMap(({ name, comment }) => on('index', name, comment)),
	];
}
