import { type Column, findColumn, type Table } from '../catalogue/catalogue';
import type { Context } from './context';
import { canonical } from '../catalogue/definition';
import type { Finding } from './finding';
import { quoteName } from '../catalogue/quote';
import { enumUnderOtherName } from './types';

/** What is there and differs from a fresh database, and stays. */
export function compareColumn(context: Context, table: Table, wanted: Column, found: Column): Finding[] {
	const object = `${table.name}.${wanted.name}`;
	const findings: Finding[] = [];
	const base = { severity: 'kept' as const, object, count: null, ids: [] };
	const isJson = wanted.type === 'jsonb' && found.type === 'json';
	if (wanted.type !== found.type && !isJson && enumUnderOtherName(context, wanted.type) !== found.type) {
		findings.push({
			...base,
			rule: 'type_differs',
			consequence: `It stays ${found.type}; a fresh database has ${wanted.type}. ${typeConsequence(wanted, found)}`,
			remedy: `In a maintenance window, if that matters: alter table ${table.name} alter column ${quoteName(wanted.name)} type ${wanted.type} using ${quoteName(wanted.name)}::${wanted.type}.`,
		});
	}
	if (isJson)
		findings.push({
			...base,
			rule: 'json_not_jsonb',
			severity: 'blocks',
			consequence:
				'It is json, which LMA can neither compare nor search: functions and indexes over jsonb refuse it.',
			remedy: `alter table ${table.name} alter column ${quoteName(wanted.name)} type jsonb using ${quoteName(wanted.name)}::jsonb, when its table may be locked while it is rewritten.`,
		});
	const isCounted = wanted.sequence ?? wanted.identity;
	if (wanted.expression && found.expression && !wanted.generated && !isCounted) {
		if (canonical(wanted.expression) === canonical(found.expression)) return findings;
		findings.push({
			...base,
			rule: 'default_differs',
			consequence: `Its default stays ${found.expression}; a fresh database has ${wanted.expression}.`,
			remedy: 'None needed while the other program relies on it.',
		});
	}
	if (!wanted.notNull && found.notNull) {
		findings.push({
			...base,
			rule: 'stricter_column',
			consequence: 'It is required here but may be empty in a fresh database: writes by LMA without it fail.',
			remedy: `alter table ${table.name} alter column ${quoteName(wanted.name)} drop not null, if the other program can handle empty values.`,
		});
	}
	return findings;
}

function typeConsequence({ type }: Column, found: Column): string {
	if (type === 'bigint' && found.type === 'integer')
		return 'Numbers end at 2,147,483,647; `lma doctor` warns before they run out.';
	if (type.startsWith('character varying') && found.type.startsWith('character varying'))
		return 'Longer values are refused.';
	if (type.startsWith('public.')) return 'It is compared as text.';
	return 'Changing it would rewrite the table.';
}

/** Columns of the other program that LMA does not know and that have to be given. */
export function findRequired(wanted: Table, found: Table): Finding[] {
	return found.columns
		.filter((column) => !findColumn(wanted, column.name))
		.filter(({ notNull, expression, identity }) => notNull && !expression && !identity)
		.map(({ name }) => ({
			rule: 'required_column',
			severity: 'kept',
			object: `${wanted.name}.${name}`,
			count: null,
			ids: [],
			consequence:
				'It is required, but LMA does not know it: everything LMA writes to this table is refused.',
			remedy: `alter table ${wanted.name} alter column ${quoteName(name)} set default …, or drop not null.`,
		}));
}
