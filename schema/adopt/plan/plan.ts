import { planAccess, planViewAccess } from './access';
import { planActivity } from './activity';
import { planVisibility } from './visibility';
import { readCatalogue } from '../catalogue/catalogue';
import { planColumns } from './columns';
import { planConstraints, planForeignKeys } from './constraints';
import { CONTENTS, planContents, planOrphans, planSeeds } from './contents';
import type { Context, Part, Planner } from './context';
import { planFilling } from './filling';
import { planForeignTriggers } from './foreignTriggers';
import { planIdentities } from './identities';
import { planIndexes } from './indexes';
import { planInheritance } from './inheritance';
import { planNotNull } from './notNull';
import { planOwnership } from './ownership';
import { planQuirks } from './quirks';
import type { Reference } from '../catalogue/reference';
import { planRoutines } from './routines';
import { planSettings } from './settings';
import { planTables } from './tables';
import { planTriggers } from './triggers';
import { planTypes } from './types';
import { planViews } from './views';

export interface Phase {
	name: string;
	plan: Planner;
	/** Has findings only. */
	isReport?: boolean;
}

/**
 * The plan in its order. Each phase finds what is missing by comparing the live database with the reference, so a run
 * that was interrupted goes on with what is left, and a second run has nothing to do.
 */
export function phases(reference: Reference): Phase[] {
	return [
		{ name: 'ownership', plan: planOwnership },
		{ name: 'types', plan: planTypes },
		{ name: 'functions', plan: early(planRoutines) },
		{ name: 'tables', plan: planTables },
		{ name: 'columns', plan: planColumns },
		{ name: 'rows', plan: planFilling },
		{ name: 'required columns', plan: planNotNull },
		{ name: 'indexes', plan: planIndexes },
		{ name: 'activity', plan: planActivity },
		{ name: 'partitions', plan: planTables },
		// Behind that, because they return rows of it.
		{ name: 'functions of tables', plan: planRoutines },
		{ name: 'identities', plan: planIdentities },
		{ name: 'constraints', plan: planConstraints },
		{ name: 'foreign keys', plan: planForeignKeys },
		{ name: 'row security', plan: planAccess },
		{ name: 'orphans', plan: planOrphans },
		{ name: 'triggers', plan: planTriggers },
		{ name: 'seeds', plan: (context) => planSeeds(context, reference.seeds) },
		...CONTENTS.map((contents) => ({ name: contents.title, plan: planContents(contents) })),
		{ name: 'views', plan: planViews },
		{ name: 'view rights', plan: planViewAccess },
		{ name: 'settings', plan: planSettings },
		{ name: 'visibility', plan: planVisibility, isReport: true },
		{ name: 'inheritance', plan: planInheritance, isReport: true },
		{ name: 'foreign triggers', plan: planForeignTriggers, isReport: true },
		{ name: 'quirks', plan: planQuirks, isReport: true },
	];
}

/** Functions that a column's default may call; those over rows of our tables come when the tables are there. */
function early(plan: (context: Context) => Part): Planner {
	return (context) => {
		const names = context.reference.tables.map(({ name }) => name);
		const isLate = (text: string) =>
			names.some((name) => new RegExp(`\\b${name.replace('.', '\\.')}\\b`).test(text));
		const routines = context.reference.routines.filter(
			({ definition }) =>
				!isLate(definition.slice(0, definition.indexOf('AS $'))) &&
				!/declare[^]*?\blma\.\w+;/.test(definition),
		);
		return plan({ ...context, reference: { ...context.reference, routines } });
	};
}

/** Everything still to be done, in one pass over the database as it is now. Changes nothing. */
export async function planAll(context: Context, reference: Reference): Promise<Part> {
	const whole: Part = { steps: [], findings: [] };
	const seen = new Set<string>();
	for (const { plan } of phases(reference)) {
		const { steps, findings } = await plan(context);
		for (const step of steps) {
			// Functions and partitions are looked at twice.
			if (seen.has(step.title)) continue;
			seen.add(step.title);
			whole.steps.push(step);
		}
		whole.findings.push(...findings);
	}
	return whole;
}

/** The same context with the database as it is now. */
export async function refresh(context: Context): Promise<Context> {
	return { ...context, live: await readCatalogue(context.client) };
}
