import type { Scale } from '../scale';

/** An organization of the generated data. Ids count from 1, the largest first. */
export interface OrganizationShare {
	id: number;
	leads: number;
	users: number;
	/** Id of its first user; the others follow. */
	firstUser: number;
}

/** For each rank but the last, the probability of this rank or a better one, when the k-th is as likely as 1/k. */
export function zipfThresholds(ranks: number): number[] {
	const weights = Array.from({ length: ranks }, (_, index) => 1 / (index + 1));
	return cumulativeShares(weights).slice(0, -1);
}

/** Running totals of the weights as shares of their sum; the last is 1. */
function cumulativeShares(weights: readonly number[]): number[] {
	const sum = weights.reduce((total, weight) => total + weight, 0);
	let running = 0;
	return weights.map((weight) => (running += weight) / sum);
}

/**
 * Splits the leads of a scale among its organizations: the largest has its fixed share, the rest goes by Zipf's law.
 * Exact: the leads add up, and every organization has at least one, and two users or more.
 */
export function shareLeads(scale: Scale): OrganizationShare[] {
	const largest = Math.round(scale.leads * scale.largestShare);
	const weights = Array.from({ length: scale.organizations - 1 }, (_, index) => 1 / (index + 2));
	const others = splitExactly(scale.leads - largest, weights);
	let firstUser = 1;
	return [largest, ...others].map((leads, index) => {
		const users = Math.max(2, Math.round((scale.largestUsers * leads) / largest));
		const share = { id: index + 1, leads, users, firstUser };
		firstUser += users;
		return share;
	});
}

/** Whole parts of `total` in proportion to the weights, each at least 1, by largest remainder. */
function splitExactly(total: number, weights: readonly number[]): number[] {
	const sum = weights.reduce((running, weight) => running + weight, 0);
	const spare = total - weights.length;
	const exact = weights.map((weight) => (spare * weight) / sum);
	const parts = exact.map((part) => 1 + Math.floor(part));
	const missing = total - parts.reduce((running, part) => running + part, 0);
	const byRemainder = exact
		.map((part, index) => ({ index, remainder: part - Math.floor(part) }))
		.sort((a, b) => b.remainder - a.remainder || a.index - b.index);
	for (const { index } of byRemainder.slice(0, missing)) parts[index] = (parts[index] ?? 0) + 1;
	return parts;
}

/** The largest organization, one of a fiftieth of the leads at most, and the one with the fewest. */
export function chooseOrganizations(shares: readonly OrganizationShare[]) {
	const [large] = shares;
	const tiny = shares.at(-1);
	const total = shares.reduce((running, { leads }) => running + leads, 0);
	const middle = shares.find(({ leads }) => leads <= total / 50) ?? tiny;
	if (!large || !middle || !tiny) throw new Error('There are no organizations to choose from');
	return { large, middle, tiny };
}
