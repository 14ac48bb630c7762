import { type Constraint, findTable, type Table } from '../catalogue/catalogue';
import { type Context, type Part, sharedTables } from './context';
import { canonical, looseEnums, withoutLooseCasts } from '../catalogue/definition';
import type { Finding } from './finding';
import { bareName, quoteName } from '../catalogue/quote';
import { brief, online, type Step } from './step';
import { countAgainstCheck, countDangling, countDuplicates, type Violation } from './violations';

/** Keys over the indexes that are there by now, and checks that every row meets. */
export async function planConstraints(context: Context): Promise<Part> {
	const { live, reference } = context;
	const steps: Step[] = [];
	const findings: Finding[] = [];
	for (const { wanted, found } of sharedTables(context)) {
		if (!(wanted.name in context.baseline) || wanted.parent || wanted.kind !== found.kind) continue;
		for (const constraint of reference.constraints.filter(
			(c) => c.table === wanted.name && c.type !== 'f' && !c.isPart,
		)) {
			const there = findConstraint(context, constraint);
			if (there?.name === constraint.name && there.isValidated) continue;
			if (there && there.name !== constraint.name && constraint.type !== 'c') {
				// Renamed with its index, or before it.
				steps.push(rename(there, constraint));
				continue;
			}
			if (constraint.type === 'c') {
				const against = await countAgainstCheck(context, wanted, constraint);
				if (against?.count !== 0) findings.push(checkLeftOut(wanted, constraint, against));
				else steps.push(...addCheck(context, constraint, there, found));
				continue;
			}
			const index = live.indexes.find(({ name }) => name === `public.${quoteName(constraint.name)}`);
			const isPlanned = !index && !(constraint.type === 'p' && found.primaryKey.length > 0);
			const isReady = index ? index.isUnique && index.constraint === null : isPlanned;
			if (isReady && !(await isViolated(context, wanted, constraint))) steps.push(useIndex(constraint));
		}
	}
	return { steps, findings };
}

/** Foreign keys, also those of new tables: enforced for new rows at once, for old ones when all of them hold. */
export async function planForeignKeys(context: Context): Promise<Part> {
	const steps: Step[] = [];
	const findings: Finding[] = [];
	for (const key of context.reference.constraints.filter((c) => c.type === 'f' && !c.isPart)) {
		const table = context.reference.tables.find(({ name }) => name === key.table);
		if (!table) continue;
		const found = findTable(context.live, key.table);
		const there = findConstraint(context, key);
		if (there?.name === key.name && there.isValidated) continue;
		if (there && there.name !== key.name) {
			steps.push(rename(there, key));
			continue;
		}
		const add = `alter table ${key.table} add constraint ${quoteName(key.name)} ${key.definition}`;
		const lock = { lock: 'SHARE ROW EXCLUSIVE' as const };
		if (!(key.table in context.baseline) || !found || found.kind === 'p') {
			steps.push(brief(`Add key ${key.name} to ${key.table}`, key.foreignTable, [add], lock));
			continue;
		}
		if (!there)
			steps.push(
				brief(`Add key ${key.name} to ${key.table}, for new rows`, key.table, [`${add} not valid`], lock),
			);
		const dangling = await countDangling(context, table, key);
		if (dangling.count > 0) findings.push(notValidated(key, dangling));
		else steps.push(validate(key, found));
	}
	return { steps, findings };
}

function findConstraint({ live, reference }: Context, wanted: Constraint): Constraint | undefined {
	const onTable = live.constraints.filter(({ table }) => table === wanted.table);
	const same = canonical(wanted.definition);
	const isSame = (found: Constraint) =>
		found.type === wanted.type && canonical(found.definition.replace(/ NOT VALID$/, '')) === same;
	const isTaken = (found: Constraint) =>
		reference.constraints.some(({ table, name }) => table === found.table && name === found.name);
	return (
		onTable.find((found) => found.name === wanted.name && isSame(found)) ??
		onTable.find((found) => isSame(found) && !isTaken(found))
	);
}

function rename(from: Constraint, to: Constraint): Step {
	return brief(`Rename ${from.name} of ${to.table} to ${to.name}`, to.table, [
		`do $do$ begin
			if exists (select from pg_catalog.pg_constraint where conrelid = '${to.table}'::regclass and conname = '${from.name.replaceAll("'", "''")}') then
				alter table ${to.table} rename constraint ${quoteName(from.name)} to ${quoteName(to.name)};
			end if;
		end $do$`,
	]);
}

/** Rows share a value: its index is a plain one, as the plan of indexes says. */
async function isViolated(context: Context, table: Table, { name }: Constraint): Promise<boolean> {
	const index = context.reference.indexes.find((i) => i.table === table.name && i.constraint === name);
	const duplicates = index ? await countDuplicates(context, table, index) : null;
	return (duplicates?.count ?? 0) > 0;
}

function useIndex({ name, table, type }: Constraint): Step {
	return brief(`Make ${name} a key of ${table}`, table, [
		`alter table ${table} add constraint ${quoteName(name)} ${type === 'p' ? 'primary key' : 'unique'} using index ${quoteName(name)}`,
	]);
}

function addCheck(context: Context, check: Constraint, there: Constraint | undefined, found: Table): Step[] {
	const alter = `alter table ${check.table}`;
	const name = quoteName(there?.name ?? check.name);
	const definition = withoutLooseCasts(check.definition, looseEnums(context.reference, context.live));
	return [
		...(there
			? []
			: [
					brief(`Add check ${check.name} to ${check.table}`, check.table, [
						`${alter} add constraint ${name} ${definition} not valid`,
					]),
				]),
		online(
			`Validate ${check.name} of ${check.table}`,
			check.table,
			Math.round(found.rows),
			[`${alter} validate constraint ${name}`],
			[`${alter} drop constraint ${name}`],
		),
		...(there && there.name !== check.name ? [rename(there, check)] : []),
	];
}

function validate(key: Constraint, found: Table): Step {
	const statement = `alter table ${key.table} validate constraint ${quoteName(key.name)}`;
	return online(`Validate ${key.name} of ${key.table}`, key.table, Math.round(found.rows), [statement], []);
}

function checkLeftOut(table: Table, check: Constraint, against: Violation | null): Finding {
	const reason = against ? '' : 'A row is larger than 1 GB and cannot even be written out. ';
	return {
		rule: 'check_violated',
		severity: 'kept',
		object: `${table.name}.${check.name}`,
		...(against ?? { count: null, ids: [] }),
		consequence: `${reason}${check.definition} is left out: PostgreSQL would refuse every later change to these rows.`,
		remedy: 'Correct these rows, then run `lma adopt --apply` again: it adds the check.',
	};
}

function notValidated(key: Constraint, dangling: Violation): Finding {
	return {
		rule: 'missing_reference',
		severity: 'kept',
		object: `${key.table}.${key.name}`,
		...dangling,
		consequence: `They name no row of ${bareName(key.foreignTable ?? '')} in their organization. They stay; new rows must name one.`,
		remedy: 'Correct these rows, then run `lma adopt --apply` again: it validates the key.',
	};
}
