import type { Context, Part } from './context';
import { looseEnums } from '../catalogue/definition';
import type { Finding } from './finding';
import { bareName, quoteName, quoteText } from '../catalogue/quote';
import { brief, type Step } from './step';

/**
 * The schema, enums and other types. Labels are added, never taken away. An enum under another name is renamed, and
 * the old name kept as a domain over it, for programs that cast to it.
 */
export async function planTypes({ client, reference, live, platformRoles }: Context): Promise<Part> {
	const steps: Step[] = [];
	const findings: Finding[] = [];
	for (const { name } of reference.schemas.filter(({ name }) => !live.schemas.some((s) => s.name === name)))
		steps.push(brief(`Create schema ${name}`, null, [`create schema ${quoteName(name)}`]));
	// Functions that a column's default calls name others in it.
	const hasUsage = (role: string) =>
		live.grants.some((grant) => grant.kind === 'schema' && grant.object === 'lma' && grant.grantee === role);
	for (const role of platformRoles.filter((name) => !hasUsage(name)))
		steps.push(
			brief(`Let ${role} call functions of lma`, null, [`grant usage on schema lma to ${quoteName(role)}`]),
		);
	for (const { name, labels } of reference.enums) {
		const other = enumUnderOtherName({ reference, live }, name);
		const found = live.enums.find((candidate) => candidate.name === (other ?? name));
		if (other) {
			findings.push({
				rule: 'enum_renamed',
				severity: 'kept',
				object: other,
				count: null,
				ids: [],
				consequence: `It becomes ${name}; ${other} stays as a domain over it for values that are written. Comparisons with such a cast (status = $1::${bareName(other)}, as SQLAlchemy 2 sends with psycopg 3 and asyncpg, not with psycopg2) are refused from then on.`,
				remedy: `When the program casts what it compares, first give the enum this name in its models: Enum(…, name='${bareName(name)}').`,
			});
			steps.push(
				brief(`Rename type ${other} to ${name}`, null, [
					`alter type ${other} rename to ${quoteName(bareName(name))}`,
					`create domain ${other} as ${name}`,
				]),
			);
		}
		if (!found) {
			steps.push(
				brief(`Create type ${name}`, null, [
					`create type ${name} as enum (${labels.map(quoteText).join(', ')})`,
				]),
			);
			continue;
		}
		const missing = labels.filter((label) => !found.labels.includes(label));
		if (missing.length > 0) {
			const additions = missing.map(
				(label) => `alter type ${name} add value if not exists ${quoteText(label)}`,
			);
			steps.push(brief(`Add ${missing.join(', ')} to type ${name}`, null, additions));
		}
	}
	for (const { name, definition } of reference.types.filter(
		(t) => !live.types.some((l) => l.name === t.name),
	))
		steps.push(brief(`Create type ${name}`, null, [definition]));
	steps.push(...(await planCasts({ client, reference, live })));
	return { steps, findings };
}

/** Where live columns are text and ours are enums, one passes for the other. */
async function planCasts({
	client,
	reference,
	live,
}: Pick<Context, 'client' | 'reference' | 'live'>): Promise<Step[]> {
	const steps: Step[] = [];
	const { rows } = await client.query<{ cast: string }>(
		"select castsource::regtype || ' ' || casttarget::regtype as cast from pg_cast where castmethod = 'i'",
	);
	for (const name of looseEnums(reference, live)) {
		if (enumUnderOtherName({ reference, live }, name)) continue;
		for (const [from, to] of [
			[name, 'text'],
			['character varying', name],
			['text', name],
		]) {
			if (rows.some(({ cast }) => cast === `${from} ${to}`)) continue;
			steps.push(
				brief(`Accept ${from} as ${to}`, null, [`create cast (${from} as ${to}) with inout as implicit`]),
			);
		}
	}
	return steps;
}

/** The enum that the live columns have instead, when all of them have the same and nobody has ours. */
export function enumUnderOtherName(
	{ reference, live }: Pick<Context, 'reference' | 'live'>,
	name: string,
): string | null {
	if (live.enums.some((found) => found.name === name)) return null;
	const types = new Set<string>();
	for (const table of reference.tables) {
		const found = live.tables.find((candidate) => candidate.name === table.name);
		for (const column of table.columns.filter(({ type }) => type === name)) {
			const there = found?.columns.find((candidate) => candidate.name === column.name);
			if (there) types.add(there.type);
		}
	}
	const [only] = types;
	const isEnum = types.size === 1 && live.enums.some((found) => found.name === only);
	return isEnum && only && !reference.enums.some((wanted) => wanted.name === only) ? only : null;
}
