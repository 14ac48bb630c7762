import { type Column, findColumn, type Table } from '../catalogue/catalogue';
import { type Context, type Part, sharedTables } from './context';
import { organizationExpression } from './derivedValue';
import type { Finding } from './finding';
import { quoteName } from '../catalogue/quote';
import { brief, online, type Step } from './step';
import { countEmpty } from './violations';

/**
 * Columns that may no longer be empty. A check that is validated while others write proves it, so that the change
 * itself reads no row; rows that are empty leave the column as it is.
 */
export async function planNotNull(context: Context): Promise<Part> {
	const steps: Step[] = [];
	const findings: Finding[] = [];
	for (const { wanted, found } of sharedTables(context)) {
		if (!(wanted.name in context.baseline) || wanted.parent) continue;
		for (const column of wanted.columns) {
			const there = findColumn(found, column.name);
			if (!column.notNull || there?.notNull) continue;
			// Added with its default, at once.
			if (!there && column.expression && !column.isVolatile && !column.generated) continue;
			const object = `${wanted.name}.${column.name}`;
			if (!isFilledByEverybody(context, wanted, column)) {
				findings.push({
					rule: 'unknown_column',
					severity: 'kept',
					object,
					count: null,
					ids: [],
					consequence: 'It is added but may be empty: the other program does not know it. LMA fills it.',
					remedy: 'None needed.',
				});
				continue;
			}
			const empty = await countEmpty(context, wanted, column.name);
			if (empty.count > 0) {
				findings.push({
					rule: 'empty_value',
					severity: 'kept',
					object,
					...empty,
					consequence:
						column.name === 'organization_id'
							? 'These rows belong to no organization, so no tenant sees them; the column may stay empty.'
							: 'The column may stay empty.',
					remedy: 'Give them a value, or delete them, then run `lma adopt --apply` again.',
				});
				continue;
			}
			steps.push(...forbidEmpty(wanted, column, found.rows));
		}
	}
	return { steps, findings };
}

/** Whether rows that name only the columns of the other program will have a value. */
function isFilledByEverybody(context: Context, table: Table, column: Column): boolean {
	if (context.baseline[table.name]?.includes(column.name)) return true;
	if (column.expression || column.identity || column.sequence) return true;
	if (column.name !== 'organization_id' || table.name === 'public.activity_logs') return false;
	return organizationExpression(context, table, 't') !== null;
}

function forbidEmpty(table: Table, column: Column, rows: number): Step[] {
	const name = quoteName(column.name);
	const check = quoteName(`lma_adopt_${column.name}_given`.slice(0, 63));
	const alter = `alter table ${table.name}`;
	return [
		brief(`Require ${column.name} in new rows of ${table.name}`, table.name, [
			`${alter} drop constraint if exists ${check}`,
			`${alter} add constraint ${check} check (${name} is not null) not valid`,
		]),
		online(
			`Check ${table.name} for an empty ${column.name}`,
			table.name,
			Math.round(rows),
			[`${alter} validate constraint ${check}`],
			[`${alter} drop constraint if exists ${check}`],
		),
		brief(`Forbid an empty ${column.name} of ${table.name}`, table.name, [
			`do $do$ begin
				if exists (
					select from pg_catalog.pg_constraint
					where conrelid = '${table.name}'::regclass and conname = '${check.replaceAll('"', '')}' and convalidated
				) then
					${alter} alter column ${name} set not null;
					${alter} drop constraint ${check};
				end if;
			end $do$`,
		]),
	];
}
