import { type Context, type Part, sharedTables } from './context';
import { brief, type Step } from './step';
import { enumUnderOtherName } from './types';

/** The role that owns what the migrations make. */
export const OWNER = 'lma_owner';

/**
 * Gives tables, views, types and sequences to lma_owner, and in the same transaction everything back to the role that
 * had them, but the right to change their definition.
 */
export function planOwnership(context: Context): Part {
	const { live, reference } = context;
	const steps: Step[] = [];
	for (const { found } of sharedTables(context)) {
		const sequences = found.columns.flatMap(({ sequence }) => sequence ?? []);
		const owned = live.sequences.filter(({ name, owner }) => sequences.includes(name) && owner !== OWNER);
		if (found.owner === OWNER && owned.length === 0) continue;
		steps.push(
			brief(
				`Give ${found.name} to ${OWNER}, and its rights back to ${found.owner}`,
				found.name,
				[
					...(found.owner === OWNER ? [] : transfer('table', found.name, found.owner)),
					...owned.flatMap(({ name, owner }) => transferSequence(name, owner)),
				],
				{ asLogin: true },
			),
		);
	}
	for (const { name } of reference.views) {
		const found = live.views.find((view) => view.name === name);
		if (!found || found.owner === OWNER) continue;
		steps.push(
			brief(`Give view ${name} to ${OWNER}`, name, transfer('view', name, found.owner), { asLogin: true }),
		);
	}
	for (const { name } of reference.enums) {
		const current = enumUnderOtherName(context, name) ?? name;
		const found = live.enums.find((type) => type.name === current);
		if (!found || found.owner === OWNER) continue;
		steps.push(
			brief(`Give type ${current} to ${OWNER}`, null, [`alter type ${current} owner to ${OWNER}`], {
				asLogin: true,
			}),
		);
	}
	return { steps, findings: [] };
}

function transfer(kind: 'table' | 'view', name: string, from: string): string[] {
	return [
		`alter ${kind} ${name} owner to ${OWNER}`,
		`grant all on ${name} to ${quote(from)} with grant option`,
	];
}

/** One that belongs to a column has gone with its table; one that does not has to be given itself. */
function transferSequence(name: string, from: string): string[] {
	return [
		`do $do$ begin
			if (select pg_catalog.pg_get_userbyid(relowner) from pg_catalog.pg_class where oid = '${name}'::regclass) <> '${OWNER}' then
				alter sequence ${name} owner to ${OWNER};
			end if;
		end $do$`,
		`grant all on sequence ${name} to ${quote(from)} with grant option`,
	];
}

function quote(role: string): string {
	return `"${role.replaceAll('"', '""')}"`;
}
