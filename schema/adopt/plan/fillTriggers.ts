import { findColumn, type Table } from '../catalogue/catalogue';
import type { Context } from './context';
import { looseEnums, withoutLooseCasts } from '../catalogue/definition';
import { isKeptByTrigger, keeperOf, organizationExpression } from './derivedValue';
import { bareName, quoteName } from '../catalogue/quote';
import { brief, type Step } from './step';

/** Triggers for columns the other program does not know, made before the rows that are there get theirs. */
export function planFillers(context: Context, table: Table): Step[] {
	const { reference, live } = context;
	const has = (trigger: string) => live.triggers.some((t) => t.table === table.name && t.name === trigger);
	const steps: Step[] = [];
	for (const trigger of reference.triggers) {
		if (trigger.table !== table.name || !isEarly(trigger) || has(trigger.name)) continue;
		steps.push(
			brief(
				`Fill new rows of ${table.name}: ${trigger.name}`,
				table.name,
				[withoutLooseCasts(trigger.definition, looseEnums(reference, live))],
				{ lock: 'SHARE ROW EXCLUSIVE' },
			),
		);
	}
	for (const column of table.columns.filter((c) => isKeptByTrigger(context, table, c))) {
		const trigger = `${bareName(table.name)}_keep_${column.name}`;
		if (!has(trigger))
			steps.push(
				keep(
					table,
					trigger,
					keeperOf(context, table, column),
					[`new.${quoteName(column.name)} := (select ${column.expression} from (select new.*) r);`],
					'insert or update',
				),
			);
	}
	const organization = organizationExpression(context, table, 'new');
	const isFilled = reference.triggers.some(
		(t) => t.table === table.name && t.name.endsWith('_fill_organization'),
	);
	const isMissing = !context.baseline[table.name]?.includes('organization_id');
	if (organization && isMissing && !isFilled && findColumn(table, 'organization_id')) {
		const trigger = `${bareName(table.name)}_fill_organization`;
		if (!has(trigger))
			steps.push(
				keep(
					table,
					trigger,
					`lma.${quoteName(`fill_${bareName(table.name)}_organization`)}`,
					['if new.organization_id is null then', `	new.organization_id := ${organization};`, 'end if;'],
					'insert',
				),
			);
	}
	return steps;
}

/** Rows are filled before they are stored; nothing else may run while those that are there get their values. */
function isEarly(trigger: { isRowLevel: boolean; isBefore: boolean; onInsert: boolean; onUpdate: boolean }) {
	return trigger.isRowLevel && trigger.isBefore && trigger.onInsert && !trigger.onUpdate;
}

function keep(table: Table, trigger: string, routine: string, body: string[], event: string): Step {
	return brief(
		`Fill new rows of ${table.name}: ${trigger}`,
		table.name,
		[
			`create or replace function ${routine}() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $keep$
begin
	${body.join('\n\t')}
	return new;
end
$keep$`,
			`revoke all on function ${routine}() from public`,
			`create or replace trigger ${quoteName(trigger)} before ${event} on ${table.name} for each row execute function ${routine}()`,
		],
		{ lock: 'SHARE ROW EXCLUSIVE' },
	);
}
