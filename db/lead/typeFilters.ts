import type { CustomField } from '../../domain/customField/customField';
import type { CustomFieldCondition } from '../../domain/customField/customFieldCondition';
import { typeCondition } from '../../domain/customField/typeCondition';
import { type FieldProblem, ValidationError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { listCustomFields } from '../customField/customField';

/** What a filter of leads says of custom fields. */
export interface CustomFieldFilter {
	customFields?: Record<string, unknown> | undefined;
	customFieldConditions?: CustomFieldCondition[] | undefined;
	/** The zone of dates that name none. Defaults to UTC. */
	fallbackTimezone?: string | undefined;
}

/**
 * Filters of leads whose conditions on custom fields are of the types that the organization has registered, for
 * `listLeads`; one with a condition that cannot be, or with a key that is neither registered nor anywhere in use, is
 * refused alone. Two statements, none when no filter speaks of custom fields.
 */
export async function typeFilters<Filter extends CustomFieldFilter>(
	sql: Sql,
	filters: readonly Filter[],
): Promise<ItemResult<Filter>[]> {
	if (!filters.some(({ customFields, customFieldConditions }) => customFields ?? customFieldConditions)) {
		return filters.map((filter) => ({ row: withoutZone(filter) }));
	}
	const register = new Map((await listCustomFields(sql)).map((field) => [field.key, field]));
	const keys = [...new Set(filters.flatMap(keysOf))].filter((key) => !register.has(key));
	const unknown = await findUnusedKeys(sql, keys);
	return filters.map((filter) => typeFilter(filter, register, unknown));
}

function typeFilter<Filter extends CustomFieldFilter>(
	filter: Filter,
	register: ReadonlyMap<string, CustomField>,
	unknown: ReadonlySet<string>,
): ItemResult<Filter> {
	const problems = keysOf(filter)
		.filter((key) => unknown.has(key))
		.map((key) => unknownKey(key, register));
	if (problems.length > 0) return { error: ValidationError.of(problems) };
	const { customFields = {}, customFieldConditions = [], fallbackTimezone, ...rest } = filter;
	const rules = { zone: fallbackTimezone ?? 'UTC' };
	const equal = Object.entries(customFields).filter(([key, value]) => register.has(key) && value !== null);
	const free = Object.entries(customFields).filter(([key, value]) => !register.has(key) || value === null);
	const typed = [
		...equal.flatMap(([key, value]) => asConditions(key, value, register.get(key))),
		...customFieldConditions,
	].map((condition) => typeCondition(condition, register.get(condition.key), rules));
	const wrong = typed.flatMap(({ problem }) => problem ?? []);
	if (wrong.length > 0) return { error: ValidationError.of(wrong) };
	const conditions = typed.flatMap(({ condition }) => condition ?? []);
	return {
		row: {
			...rest,
			...(free.length > 0 && { customFields: Object.fromEntries(free) }),
			...(conditions.length > 0 && { customFieldConditions: conditions }),
		} as unknown as Filter,
	};
}

/** Of a field with several options, those asked for are among what it has. */
function asConditions(key: string, value: unknown, field: CustomField | undefined): CustomFieldCondition[] {
	return [{ key, operator: field?.type === 'multiSelect' ? 'contains' : 'equals', value }];
}

function keysOf({ customFields = {}, customFieldConditions = [] }: CustomFieldFilter): string[] {
	return [...Object.keys(customFields), ...customFieldConditions.map(({ key }) => key)];
}

/** Which of these keys no lead of the organization has. */
async function findUnusedKeys(sql: Sql, keys: readonly string[]): Promise<ReadonlySet<string>> {
	if (keys.length === 0) return new Set();
	const wanted = keys.map((key) => ({
		key,
		filter: { customFieldConditions: [{ key, type: 'free', operator: 'exists', values: [] }] },
	}));
	const rows = await sql<{ key: string }[]>`
		select item ->> 'key' as key
		from jsonb_array_elements(${sql.json(wanted)}) as item
		where not exists (select from lma.find_leads(item -> 'filter', 'created desc', 1, 0))`;
	return new Set(rows.map(({ key }) => key));
}

function unknownKey(key: string, register: ReadonlyMap<string, CustomField>): FieldProblem {
	const field = `customFields.${key.slice(0, 60)}`;
	const registered = [...register.keys()].slice(0, 20).join(', ');
	return {
		field,
		message: `${field} is no custom field of the organization, and no lead has it`,
		description: `Correct the key${registered === '' ? '' : `; registered are ${registered}`}. \`lma org fields set\` registers another.`,
	};
}

function withoutZone<Filter extends CustomFieldFilter>({ fallbackTimezone: _, ...filter }: Filter): Filter {
	return filter as unknown as Filter;
}
