import { type Line, nameOf } from '../line';

/** One line that both runs have and that has become slower or dearer. */
export interface Change {
	name: string;
	/** In words: `1.05 (± 0.02) → 1.62 (± 0.03) × its floor`. */
	what: string;
}

export interface Comparison {
	/** Lines that both have. */
	compared: number;
	worse: Change[];
	better: Change[];
	/** Names of lines that one of them lacks. */
	missing: string[];
	added: string[];
}

/** So many standard errors apart is no noise. */
const ERRORS = 4;
/** What nobody would act on: a change of this share or less. */
const LEAST = 0.1;
/** Buffers depend on a page more or less of an index. */
const LEAST_BUFFERS = 0.1;
const FEW_BUFFERS = 3;

/**
 * What has become slower or dearer from one run to the other, beyond noise. Times are compared as ratios to their floors, each of which was
 * measured in turns with it on its own machine: so runs of two machines can be compared. Without a floor, buffers alone are.
 */
export function compareLines(before: readonly Line[], after: readonly Line[]): Comparison {
	const old = new Map(before.map((line) => [nameOf(line), line]));
	const now = new Map(after.map((line) => [nameOf(line), line]));
	const result: Comparison = { compared: 0, worse: [], better: [], missing: [], added: [] };
	for (const [name, line] of now) {
		const earlier = old.get(name);
		if (!earlier) {
			result.added.push(name);
			continue;
		}
		result.compared++;
		for (const { isWorse, what } of [...changeOfTime(earlier, line), ...changeOfBuffers(earlier, line)]) {
			(isWorse ? result.worse : result.better).push({ name, what });
		}
	}
	result.missing = [...old.keys()].filter((name) => !now.has(name));
	return result;
}

function changeOfTime(before: Line, after: Line) {
	if (before.ratio === null || after.ratio === null) {
		if (before.ms !== null && after.ms === null) return [{ isWorse: true, what: 'was given up' }];
		return before.ms === null && after.ms !== null ? [{ isWorse: false, what: 'is given up no more' }] : [];
	}
	const difference = after.ratio - before.ratio;
	const noise = ERRORS * Math.hypot(before.ratioError ?? 0, after.ratioError ?? 0);
	if (Math.abs(difference) <= Math.max(noise, LEAST * before.ratio)) return [];
	const show = ({ ratio, ratioError }: Line) =>
		`${(ratio ?? 0).toFixed(2)} (± ${(ratioError ?? 0).toFixed(2)})`;
	return [{ isWorse: difference > 0, what: `${show(before)} → ${show(after)} × its floor` }];
}

function changeOfBuffers({ buffers: before }: Line, { buffers: after }: Line) {
	if (before === null || after === null) return [];
	const difference = after - before;
	if (Math.abs(difference) <= Math.max(FEW_BUFFERS, LEAST_BUFFERS * before)) return [];
	return [{ isWorse: difference > 0, what: `${before} → ${after} buffers` }];
}
