import { type Catalogue, findColumn, findTable, type Grant, type Table } from '../catalogue/catalogue';
import { quoteName } from '../catalogue/quote';
import type { Context } from './context';
import { becomesIdentity } from './identities';
import { OWNER } from './ownership';

/** Grants of a kind on an object that our roles have in the reference and not in the live database. */
export function missingGrants(
	reference: Catalogue,
	live: Catalogue,
	kind: Grant['kind'],
	object: string,
): Grant[] {
	const isSame = (a: Grant, b: Grant) =>
		a.kind === b.kind &&
		a.object === b.object &&
		a.column === b.column &&
		a.grantee === b.grantee &&
		a.privilege === b.privilege;
	return reference.grants.filter((grant) => {
		const isOurs = grant.grantee.startsWith('lma_') && grant.grantee !== OWNER;
		return (
			isOurs &&
			grant.kind === kind &&
			grant.object === object &&
			!live.grants.some((found) => isSame(found, grant))
		);
	});
}

/** What opens a table or view, and columns of it, to those of our roles that do not have it yet. */
export function relationGrants({ reference, live }: Context, name: string): string[] {
	return [
		...missingGrants(reference, live, 'table', name).map(
			({ privilege, grantee: to }) => `grant ${privilege} on ${name} to ${grantee(to)}`,
		),
		...columnGrants(name, missingGrants(reference, live, 'column', name)),
	];
}

export function columnGrants(
	name: string,
	grants: Pick<Grant, 'grantee' | 'privilege' | 'column'>[],
): string[] {
	const byRight = Map.groupBy(grants, ({ grantee, privilege }) => `${privilege} ${grantee}`);
	return [...byRight.values()].flatMap((rights) => {
		const [first] = rights;
		const columns = rights.flatMap(({ column }) => (column ? [quoteName(column)] : []));
		return first
			? [`grant ${first.privilege} (${columns.join(', ')}) on ${name} to ${grantee(first.grantee)}`]
			: [];
	});
}

/** Numbers come from the sequence that the live column uses; one that is no identity has to be open to writers. */
export function sequenceGrants({ reference, live }: Context, table: Table): string[] {
	const found = findTable(live, table.name);
	return table.columns.flatMap((column) => {
		const wanted = column.sequence ?? '';
		const sequence = findColumn(found, column.name)?.sequence ?? wanted;
		if (!sequence) return [];
		const writers = reference.grants.filter(
			(grant) => grant.object === table.name && grant.privilege === 'INSERT' && grant.grantee !== OWNER,
		);
		const isPlain =
			found &&
			!findColumn(found, column.name)?.identity &&
			column.identity !== '' &&
			!becomesIdentity(live, found, column);
		const rights = [
			...reference.grants.filter(
				(grant) => grant.kind === 'sequence' && grant.object === wanted && grant.grantee !== OWNER,
			),
			...(isPlain ? writers.map((writer) => ({ grantee: writer.grantee, privilege: 'USAGE' })) : []),
		];
		const isMissing = (right: { grantee: string; privilege: string }) =>
			!live.grants.some(
				(g) => g.object === sequence && g.grantee === right.grantee && g.privilege === right.privilege,
			);
		return [
			...new Set(
				rights
					.filter(isMissing)
					.map(
						({ grantee: to, privilege }) => `grant ${privilege} on sequence ${sequence} to ${grantee(to)}`,
					),
			),
		];
	});
}

/** A role as a statement names it. */
export function grantee(name: string): string {
	return name === 'public' ? name : quoteName(name);
}
