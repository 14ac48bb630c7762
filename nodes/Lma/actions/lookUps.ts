import type { Sql } from '../../../db/connection/client';
import { AddressBook } from './addressBook';
import { LabelBook } from './labelBook';

/** What items name and the database knows, looked up for all items at once. */
export class LookUps {
	readonly addresses = new AddressBook();
	readonly labels = new LabelBook();

	/** Whether something was asked for that nobody has looked up yet. */
	get isWaiting(): boolean {
		return this.addresses.isWaiting || this.labels.isWaiting;
	}

	/** Looks up all that was asked for, in one statement each. */
	async lookUp(sql: Sql): Promise<void> {
		if (this.labels.isWaiting) await this.labels.lookUp(sql);
		if (this.addresses.isWaiting) await this.addresses.lookUp(sql);
	}
}
