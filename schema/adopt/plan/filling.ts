import { hasMore } from '../run/backfill';
import { findColumn } from '../catalogue/catalogue';
import { type Context, type Part, sharedTables } from './context';
import { valueExpression } from './derivedValue';
import type { Finding } from './finding';
import { quoteName } from '../catalogue/quote';
import type { Step } from './step';

/** Which rows still need values in columns that were added, and whether filling them would wake somebody's trigger. */
export async function planFilling(context: Context): Promise<Part> {
	const steps: Step[] = [];
	const findings: Finding[] = [];
	for (const { wanted, found } of sharedTables(context)) {
		if (!(wanted.name in context.baseline) || wanted.parent) continue;
		const columns = wanted.columns.flatMap((column) => {
			const expression = valueExpression(context, wanted, column);
			return expression ? [{ name: column.name, expression }] : [];
		});
		if (columns.length === 0) continue;
		const backfill = {
			table: wanted.name,
			key: found.primaryKey,
			columns,
			isSilent: context.login.canSilenceTriggers,
		};
		const isThere = columns.every(({ name }) => findColumn(found, name));
		if (isThere && !(await hasMore(context.client, backfill))) continue;
		if (found.primaryKey.length === 0) findings.push(noPrimaryKey(wanted.name));
		if (!backfill.isSilent) findings.push(...wokenTriggers(context, wanted.name));
		steps.push({
			kind: 'backfill',
			title: `Fill ${columns.map(({ name }) => name).join(', ')} of ${wanted.name}`,
			table: wanted.name,
			lock: 'rows',
			rows: Math.round(found.rows),
			backfill,
		});
		steps.push({
			kind: 'online',
			title: `Vacuum and analyze ${wanted.name}`,
			table: wanted.name,
			lock: 'SHARE UPDATE EXCLUSIVE',
			rows: Math.round(found.rows),
			statements: [`vacuum (analyze, truncate false) ${wanted.name}`],
		});
	}
	return { steps, findings };
}

function noPrimaryKey(table: string): Finding {
	return {
		rule: 'no_primary_key',
		severity: 'blocks',
		object: table,
		count: null,
		ids: [],
		consequence: 'Its rows cannot be filled in batches that resume after an interruption.',
		remedy: `alter table ${table} add primary key using index …, after create unique index concurrently.`,
	};
}

function wokenTriggers({ live, reference }: Context, table: string): Finding[] {
	const ours = new Set(reference.triggers.filter((t) => t.table === table).map(({ name }) => name));
	return live.triggers
		.filter(
			(t) =>
				t.table === table &&
				t.onUpdate &&
				!ours.has(t.name) &&
				!t.name.includes('_keep_') &&
				t.enabled !== 'D',
		)
		.map(({ name }) => ({
			rule: 'trigger_would_fire',
			severity: 'blocks' as const,
			object: `${table}.${quoteName(name)}`,
			count: null,
			ids: [],
			consequence: 'It would run for every row that gets its organization, and may change rows.',
			remedy: 'Connect as a superuser, or grant set on parameter session_replication_role to this login.',
		}));
}
