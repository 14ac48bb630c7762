import type { Context, Part } from './context';
import { canonical, looseEnums, withoutLooseCasts } from '../catalogue/definition';
import { quoteName } from '../catalogue/quote';
import { brief, type Step } from './step';

const STATES: Record<string, string> = { D: 'disable', A: 'enable always', R: 'enable replica' };

/** The remaining triggers: events, totals, updated_at. Last, so that nothing before them is taken for a change. */
export function planTriggers({ reference, live }: Context): Part {
	const loose = looseEnums(reference, live);
	const steps: Step[] = [];
	for (const trigger of reference.triggers.filter(({ isPart }) => !isPart)) {
		const { name, table, definition, enabled } = trigger;
		const found = live.triggers.find((t) => t.table === table && t.name === name);
		if (found && canonical(found.definition) === canonical(definition) && found.enabled === enabled) continue;
		const create = withoutLooseCasts(definition, loose).replace(
			/^CREATE TRIGGER/,
			'CREATE OR REPLACE TRIGGER',
		);
		const state = STATES[enabled];
		steps.push(
			brief(
				`Create trigger ${name} of ${table}`,
				table,
				[create, ...(state ? [`alter table ${table} ${state} trigger ${quoteName(name)}`] : [])],
				{ lock: 'SHARE ROW EXCLUSIVE' },
			),
		);
	}
	return { steps, findings: [] };
}
