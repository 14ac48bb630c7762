import { type Catalogue, findColumn, findTable, type Grant, type Table } from '../catalogue/catalogue';
import type { Context, Part } from './context';
import { canonical, looseEnums, withoutLooseCasts } from '../catalogue/definition';
import { OWNER } from './ownership';
import { quoteName } from '../catalogue/quote';
import { brief, type Step } from './step';

/**
 * Row security with its policies and rights, one transaction a table: nobody is let in before the policies are there,
 * and roles that see every organization are not shut out for a moment.
 */
export function planAccess(context: Context): Part {
	const { reference, live } = context;
	const steps: Step[] = [];
	for (const { name } of reference.schemas) {
		const grants = missingGrants(reference, live, 'schema', quoteName(name));
		const statements = grants.map(
			({ privilege, grantee }) => `grant ${privilege} on schema ${quoteName(name)} to ${role(grantee)}`,
		);
		if (statements.length > 0) steps.push(brief(`Open schema ${name}`, null, statements));
	}
	for (const table of reference.tables) {
		if (table.name === 'lma.migrations') continue;
		const statements = [
			...policies(context, table),
			...rowSecurity(table, findTable(live, table.name)),
			...relationGrants(context, table.name),
			...sequenceGrants(context, table),
			...platformGrants(context, table),
		];
		const isLive = table.name in context.baseline;
		if (statements.length > 0)
			steps.push(brief(`Secure ${table.name}`, isLive ? table.name : null, statements));
	}
	for (const { definition } of reference.defaultPrivileges) {
		if (!live.defaultPrivileges.some((found) => found.definition === definition))
			steps.push(brief('Close functions made from now on', null, [definition]));
	}
	return { steps, findings: [] };
}

/** The views open last: what they show has to be right by then. */
export function planViewAccess(context: Context): Part {
	const steps = context.reference.views.flatMap(({ name }) => {
		const statements = relationGrants(context, name);
		return statements.length > 0 ? [brief(`Open view ${name}`, null, statements)] : [];
	});
	return { steps, findings: [] };
}

function policies(context: Context, { name: table }: Table): string[] {
	const { reference, live } = context;
	const loose = looseEnums(reference, live);
	const wanted = [
		...reference.policies.filter((policy) => policy.table === table),
		...seesEverything(context, table).map((platform) => ({
			name: platformPolicy(platform),
			definition: `as permissive for all to ${role(platform)} using (true) with check (true)`,
		})),
	];
	return wanted.flatMap(({ name, definition }) => {
		const found = live.policies.find((policy) => policy.table === table && policy.name === name);
		if (found && canonical(found.definition) === canonical(definition)) return [];
		return [
			...(found ? [`drop policy ${quoteName(name)} on ${table}`] : []),
			`create policy ${quoteName(name)} on ${table} ${withoutLooseCasts(definition, loose)}`,
		];
	});
}

function platformPolicy(name: string): string {
	return `platform_${name}`.slice(0, 63);
}

/** Platform roles that had a right on the table, or on a view of ours that reads it. */
function seesEverything({ reference, live, baseline, platformRoles }: Context, table: string): string[] {
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

function rowSecurity(wanted: Table, found: Table | undefined): string[] {
	return [
		...(wanted.rowSecurity && !found?.rowSecurity
			? [`alter table ${wanted.name} enable row level security`]
			: []),
		...(wanted.forceRowSecurity && !found?.forceRowSecurity
			? [`alter table ${wanted.name} force row level security`]
			: []),
	];
}

function relationGrants({ reference, live }: Context, name: string): string[] {
	return [
		...missingGrants(reference, live, 'table', name).map(
			({ privilege, grantee }) => `grant ${privilege} on ${name} to ${role(grantee)}`,
		),
		...columnGrants(name, missingGrants(reference, live, 'column', name)),
	];
}

function columnGrants(name: string, grants: Pick<Grant, 'grantee' | 'privilege' | 'column'>[]): string[] {
	const byRight = Map.groupBy(grants, ({ grantee, privilege }) => `${privilege} ${grantee}`);
	return [...byRight.values()].flatMap((rights) => {
		const [first] = rights;
		const columns = rights.flatMap(({ column }) => (column ? [quoteName(column)] : []));
		return first
			? [`grant ${first.privilege} (${columns.join(', ')}) on ${name} to ${role(first.grantee)}`]
			: [];
	});
}

/** Numbers come from the sequence that the live column uses; one that is no identity has to be open to writers. */
function sequenceGrants({ reference, live }: Context, table: Table): string[] {
	const found = findTable(live, table.name);
	return table.columns.flatMap((column) => {
		const wanted = column.sequence ?? '';
		const sequence = findColumn(found, column.name)?.sequence ?? wanted;
		if (!sequence) return [];
		const writers = reference.grants.filter(
			(grant) => grant.object === table.name && grant.privilege === 'INSERT' && grant.grantee !== OWNER,
		);
		const isPlain = found && !findColumn(found, column.name)?.identity && column.identity !== '';
		const rights = [
			...reference.grants.filter(
				(grant) => grant.kind === 'sequence' && grant.object === wanted && grant.grantee !== OWNER,
			),
			...(isPlain ? writers.map(({ grantee }) => ({ grantee, privilege: 'USAGE' })) : []),
		];
		const isMissing = ({ grantee, privilege }: { grantee: string; privilege: string }) =>
			!live.grants.some((g) => g.object === sequence && g.grantee === grantee && g.privilege === privilege);
		return [
			...new Set(
				rights
					.filter(isMissing)
					.map(({ grantee, privilege }) => `grant ${privilege} on sequence ${sequence} to ${role(grantee)}`),
			),
		];
	});
}

/** What a reader of a view needs of the tables under it now that the view reads them with the reader's own rights. */
function platformGrants(context: Context, table: Table): string[] {
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
				.map(() => `grant select on ${table.name} to ${role(platform)}`),
			...columnGrants(
				table.name,
				rights.filter(({ kind }) => kind === 'column').map((right) => ({ ...right, grantee: platform })),
			),
		];
	});
}

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

function role(name: string): string {
	return name === 'public' ? name : quoteName(name);
}
