import { type LmaError, NotFoundError } from './error/errors';

/** What a bulk write says of one of its inputs: the row, or why there is none. Results come in input order. */
export type ItemResult<T> = { row: T; error?: undefined } | { error: LmaError; row?: undefined };

/** One result per id, in their order: its row, or that there is no such `entity`, as `NotFoundError` names it. */
export function resultsById<Row>(
	entity: string,
	ids: readonly number[],
	rows: ReadonlyMap<number, Row>,
): ItemResult<Row>[] {
	return ids.map((id) => {
		const row = rows.get(id);
		return row === undefined ? { error: new NotFoundError(entity, id) } : { row };
	});
}
