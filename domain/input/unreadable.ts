import type { FieldProblem } from '../error/errors';

/** Stands in an input for a value that could not even be converted, so that all that is wrong is said at once. */
export class Unreadable {
	constructor(
		readonly problem: FieldProblem,
		/** The value as it was given. */
		readonly given: unknown,
	) {}
}
