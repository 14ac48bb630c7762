/** At most `count` contacts within any `periodDays`. */
export interface FrequencyCap {
	count: number;
	periodDays: number;
}

const DAY_MS = 86_400_000;

/** Times between `after` and `before`, both themselves outside, at which one contact more would be too many. */
export interface TakenTimes {
	after: number;
	before: number;
}

/**
 * When the cap leaves no room. No period, wherever it begins, may hold more than `count` contacts: where `count` of them are less
 * than a period apart, that is from a period before the last of them until a period after the first. Both ends ascend.
 */
export function takenTimes(
	contactedAt: readonly number[],
	{ count, periodDays }: FrequencyCap,
): TakenTimes[] {
	const period = periodDays * DAY_MS;
	const times = [...contactedAt].sort((a, b) => a - b);
	return times.flatMap((first, n) => {
		const last = times[n + count - 1];
		return last === undefined || last - first >= period
			? []
			: { after: last - period, before: first + period };
	});
}

/** The first moment from `time` on at which one contact more is not too many. */
export function nextFree(taken: readonly TakenTimes[], time: number): number {
	return taken.reduce(
		(free, { after, before }) => (free > after && free < before ? Math.ceil(before) : free),
		time,
	);
}
