import { type Catalogue, findTable, type Grant, type Table } from '../catalogue/catalogue';
import type { Context } from './context';
import { columnGrants, grantee } from './grants';

/** Platform roles that had a right on the table, or on a view of ours that reads it. */
export function seesEverything(
	{ reference, live, baseline, platformRoles }: Context,
	table: string,
): string[] {
	if (!findTable(reference, table)?.rowSecurity) return [];
	const objects = [...(table in baseline ? [table] : []), ...readersOf(reference, table)];
	return platformRoles.filter(
		(platform) =>
			objects.some(
				(object) =>
					[...live.tables, ...live.views].some(({ name, owner }) => name === object && owner === platform) ||
					live.grants.some((grant) => grant.object === object && grant.grantee === platform),
			) || platformReadsAll(live, platform),
	);
}

/** No grant anywhere: it is a member of pg_read_all_data. */
function platformReadsAll(live: Catalogue, platform: string): boolean {
	return !live.grants.some(({ grantee }) => grantee === platform);
}

/** Views that read a table, directly or through other views. */
function readersOf(catalogue: Catalogue, relation: string): string[] {
	const direct = catalogue.views.filter(({ reads }) => reads.includes(relation)).map(({ name }) => name);
	return direct.flatMap((name) => [name, ...readersOf(catalogue, name)]);
}

/** What a reader of a view needs of the tables under it now that the view reads them with the reader's own rights. */
export function platformGrants(context: Context, table: Table): string[] {
	const { reference, live, platformRoles } = context;
	const readers = readersOf(reference, table.name);
	return platformRoles.flatMap((platform) => {
		const has = (grant: Pick<Grant, 'kind' | 'column'>) =>
			live.grants.some(
				(g) =>
					g.object === table.name &&
					g.grantee === platform &&
					g.privilege === 'SELECT' &&
					(g.kind === 'table' || (grant.kind === 'column' && g.column === grant.column)),
			);
		const readsView =
			live.grants.some((g) => g.grantee === platform && readers.includes(g.object)) ||
			live.views.some(({ name, owner }) => owner === platform && readers.includes(name));
		if (!readsView) return [];
		const rights = reference.grants.filter(
			(g) => g.object === table.name && g.grantee === 'lma_readonly' && g.privilege === 'SELECT' && !has(g),
		);
		return [
			...rights
				.filter(({ kind }) => kind === 'table')
				.map(() => `grant select on ${table.name} to ${grantee(platform)}`),
			...columnGrants(
				table.name,
				rights.filter(({ kind }) => kind === 'column').map((right) => ({ ...right, grantee: platform })),
			),
		];
	});
}
