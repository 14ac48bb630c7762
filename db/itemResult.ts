import type { LmaError } from './errors';

/** What a bulk write says of one of its inputs: the row, or why there is none. Results come in input order. */
export type ItemResult<T> = { row: T; error?: undefined } | { error: LmaError; row?: undefined };
