import { findTable, type Table } from '../catalogue/catalogue';
import { canonical, looseEnums, withoutLooseCasts } from '../catalogue/definition';
import { quoteName } from '../catalogue/quote';
import type { Context, Part } from './context';
import { grantee, missingGrants, relationGrants, sequenceGrants } from './grants';
import { platformGrants, seesEverything } from './platformAccess';
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
			({ privilege, grantee: to }) => `grant ${privilege} on schema ${quoteName(name)} to ${grantee(to)}`,
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
			definition: `as permissive for all to ${grantee(platform)} using (true) with check (true)`,
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
