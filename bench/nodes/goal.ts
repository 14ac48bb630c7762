import type { Goal, Measurement } from './result';
import type { VariantName } from './variant';

/** How much faster than its rival one of our variants should be, or how much more time or memory it may take at most. */
interface Rule {
	ours: VariantName;
	rival: string;
	text: string;
	kind: 'faster' | 'slower' | 'memory';
	goal: number;
}

export const COPY = 'copy into leads';
export const BARE_COPY = 'copy into a bare table';

const RULES: readonly Rule[] = ['LMA create' as const, 'LMA upsert, new leads' as const].flatMap((ours) => [
	{
		ours,
		rival: 'Postgres insert, single',
		text: `${ours}: faster than the Postgres node's single`,
		kind: 'faster',
		goal: 3.5,
	},
	{
		ours: ours === 'LMA create' ? ('LMA create, error output' as const) : ours,
		rival: 'Postgres insert, independently',
		text: `${ours === 'LMA create' ? 'LMA create, error output' : ours}: faster than independently`,
		kind: 'faster',
		goal: 8,
	},
	{ ours, rival: COPY, text: `${ours}: times a raw copy into leads`, kind: 'slower', goal: 1.8 },
	{
		ours,
		rival: 'Postgres insert, single',
		text: `${ours}: times the heap of the Postgres node's single`,
		kind: 'memory',
		goal: 2,
	},
]);

/** The goals at every number of leads at which both sides were measured. */
export function judgeGoals(measurements: readonly Measurement[]): Goal[] {
	const sizes = [...new Set(measurements.map(({ leads }) => leads))];
	const find = (name: string, leads: number) =>
		measurements.find((measurement) => measurement.name === name && measurement.leads === leads);
	return sizes.flatMap((leads) =>
		RULES.flatMap(({ ours, rival, text, kind, goal }): Goal[] => {
			const measure = kind === 'memory' ? 'heapMb' : 'ms';
			const [our, other] = [find(ours, leads)?.[measure], find(rival, leads)?.[measure]];
			if (our == null || other == null) return [];
			const ratio = kind === 'faster' ? other / our : our / other;
			return [{ text, leads, ratio, goal, isMet: kind === 'faster' ? ratio >= goal : ratio <= goal }];
		}),
	);
}
