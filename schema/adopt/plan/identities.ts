import { type Catalogue, type Column, findColumn, type Table } from '../catalogue/catalogue';
import { quoteText } from '../catalogue/quote';
import { type Context, type Part, sharedTables } from './context';
import { brief } from './step';

const COUNTABLE = ['smallint', 'integer', 'bigint'];

/**
 * Columns that a sequence counts up, and an identity in a fresh database: whoever may write rows then needs no right to the
 * sequence. They go on counting where they were, and roles of the other program keep what they may do with the sequence.
 */
export function planIdentities(context: Context): Part {
	const steps = sharedTables(context).flatMap(({ wanted, found }) =>
		wanted.columns
			.filter((column) => becomesIdentity(context.live, found, column))
			.map(({ name }) =>
				brief(`Count ${found.name}.${name} as an identity`, found.name, [
					`select lma.count_as_identity(${quoteText(found.name)}, ${quoteText(name)})`,
				]),
			),
	);
	return { steps, findings: [] };
}

/** Whether a live column is made an identity, as the reference has it: where its sequence counts nothing else. */
export function becomesIdentity(live: Catalogue, found: Table | undefined, wanted: Column): boolean {
	const column = findColumn(found, wanted.name);
	if (!found || !column?.sequence || column.identity !== '' || wanted.identity === '') return false;
	if (found.kind !== 'r' || found.parent !== null || !column.notNull) return false;
	if (!COUNTABLE.includes(column.type) || column.expression?.startsWith('nextval(') !== true) return false;
	const counted = live.tables.flatMap(({ columns }) =>
		columns.filter(({ sequence }) => sequence === column.sequence),
	);
	return counted.length === 1;
}
