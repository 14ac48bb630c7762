import { type Column, findColumn, type Table } from '../catalogue/catalogue';
import { compareColumn, findRequired } from './columnFindings';
import { type Context, type Part, sharedTables } from './context';
import { looseEnums, withoutLooseCasts } from '../catalogue/definition';
import { planFillers } from './fillTriggers';
import type { Finding } from './finding';
import { quoteName } from '../catalogue/quote';
import { brief, type Step } from './step';
import { sequenceName, sequenceType } from './tables';

/**
 * Columns and defaults that are missing, and the triggers that fill the columns in rows written from now on. Nothing
 * rewrites a table: what would is added empty and filled later.
 */
export function planColumns(context: Context): Part {
	const steps: Step[] = [];
	const findings: Finding[] = [];
	const loose = looseEnums(context.reference, context.live);
	for (const { wanted, found } of sharedTables(context)) {
		if (wanted.parent || wanted.name === 'lma.migrations') continue;
		const changes: string[] = [];
		const sequences: string[] = [];
		for (const column of wanted.columns) {
			const there = findColumn(found, column.name);
			if (!there) {
				const added = addColumn(context, wanted, column);
				changes.push(...added.changes);
				sequences.push(...added.sequences);
			} else if (
				column.expression &&
				!column.generated &&
				!column.identity &&
				!there.expression &&
				!there.identity
			) {
				changes.push(
					`alter column ${quoteName(column.name)} set default ${withoutLooseCasts(column.expression, loose)}`,
				);
			}
			if (there) findings.push(...compareColumn(context, wanted, column, there));
		}
		findings.push(...findRequired(wanted, found));
		if (changes.length > 0) {
			const names = changes.flatMap((change) => /^add column (\S+)/.exec(change)?.[1] ?? []);
			const title = names.length > 0 ? `Add ${names.join(', ')} to` : 'Set the defaults of';
			steps.push(
				brief(`${title} ${wanted.name}`, wanted.name, [
					...sequences,
					`alter table ${wanted.name} ${changes.join(', ')}`,
				]),
			);
		}
		steps.push(...planFillers(context, wanted));
	}
	return { steps, findings };
}

function addColumn(
	{ live }: Context,
	table: Table,
	column: Column,
): { changes: string[]; sequences: string[] } {
	const name = quoteName(column.name);
	const add = `add column ${name} ${column.type}`;
	if (column.generated) return { changes: [add], sequences: [] };
	if (column.identity !== '' || column.sequence) {
		const sequence = sequenceName(table, column);
		return {
			changes: [add, `alter column ${name} set default nextval('${sequence}')`],
			sequences: [
				`create sequence if not exists ${sequence} as ${sequenceType(column)}`,
				// Whoever may write rows goes on without naming the column.
				...live.grants
					.filter(
						({ kind, object, privilege }) =>
							kind === 'table' && object === table.name && privilege === 'INSERT',
					)
					.map(
						({ grantee }) =>
							`grant usage on sequence ${sequence} to ${grantee === 'public' ? grantee : quoteName(grantee)}`,
					),
			],
		};
	}
	if (column.isVolatile)
		return { changes: [add, `alter column ${name} set default ${column.expression}`], sequences: [] };
	if (!column.expression) return { changes: [add], sequences: [] };
	return {
		changes: [`${add} ${column.notNull ? 'not null ' : ''}default ${column.expression}`],
		sequences: [],
	};
}
