import { CommandFailedError } from '../../../cli/terminal/failure';
import type { NamedQuery } from '../query/query';
import type { Site } from './site';

const TURNS = 3;

/** @throws CommandFailedError when a floor of the query gives other rows, or gives them in another order: then it is the floor of something else */
export async function requireSameRows(
	query: NamedQuery,
	{ values, app, floors, database }: Site,
): Promise<void> {
	for (const [index, floor] of (query.floors ?? []).entries()) {
		for (let turn = 0; turn < TURNS; turn++) {
			const [ours, theirs] = [
				idsOf(await app.run(query, values, turn), query),
				idsOf(await floors.of(floor).run(query, values, turn), query),
			];
			if (ours === theirs) continue;
			throw new CommandFailedError(
				`Floor ${index + 1} of ${query.name} answers another question at ${database.scale.leads} leads: rows ${theirs} instead of ${ours}. Mend it in bench/db/query.`,
			);
		}
	}
}

function idsOf(rows: unknown, { isUnordered }: NamedQuery): string {
	const ids = (rows as readonly { id: number }[]).map(({ id }) => id);
	return (isUnordered ? ids.sort((a, b) => a - b) : ids).join(', ');
}
