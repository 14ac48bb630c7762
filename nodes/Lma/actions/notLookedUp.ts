import { LmaError } from '../../../domain/error/errors';

/** Stops the reading of an item until what it names was looked up in the database. */
export class NotLookedUp extends LmaError {
	constructor() {
		super('NOT_LOOKED_UP', 'An address or a label was not looked up', 'Give the id or the value instead.');
	}
}
