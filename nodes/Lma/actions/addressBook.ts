import { type Addressee, findByAddress } from '../../../db/address/findByAddress';
import type { Sql } from '../../../db/connection/client';
import { NotFoundError, ValidationError } from '../../../domain/error/errors';
import { readEmailAddress } from '../../../domain/input/emailAddress';
import type { FieldFacts } from '../../../domain/input/facts';
import { NotLookedUp } from './notLookedUp';

/** Whom an address stands for in a field of which this is known: nobody unless it takes one id of a lead or user. */
export function addresseeOf({ entity, form }: FieldFacts): Addressee | undefined {
	return form === 'id' && (entity === 'lead' || entity === 'user') ? entity : undefined;
}

/** Whether what is given for a lead or user is an address, also one behind a name, and not an id. */
export function isAddress(value: unknown): value is string {
	return typeof value === 'string' && value.includes('@');
}

/**
 * Whose the e-mail addresses are that items name leads and users by. Addresses of all items are looked up at once: the
 * first reading of an item notes what it needs and stops, the reading after `lookUp` finds it.
 */
export class AddressBook {
	private readonly ids = { lead: new Map<string, number | null>(), user: new Map<string, number | null>() };
	private readonly wanted = { lead: new Set<string>(), user: new Set<string>() };

	/** Whether addresses were asked for that nobody has looked up yet. */
	get isWaiting(): boolean {
		return this.wanted.lead.size + this.wanted.user.size > 0;
	}

	/**
	 * The id of the lead or user with this address.
	 *
	 * @throws NotLookedUp when `lookUp` has to be called first
	 * @throws NotFoundError or ValidationError when the organization has nobody with it; the address is not repeated
	 */
	idOf(addressee: Addressee, field: string, value: string): number {
		const address = (readEmailAddress(value).address ?? value.trim()).toLowerCase();
		const id = this.ids[addressee].get(address);
		if (id === undefined) {
			this.wanted[addressee].add(address);
			throw new NotLookedUp();
		}
		if (id !== null) return id;
		if (addressee === 'lead') throw new NotFoundError('Lead', 'with this e-mail address');
		throw new ValidationError(
			field,
			`${field}: no user has this e-mail address`,
			'Give the address or the id of a user of the organization.',
		);
	}

	/** Looks up all addresses asked for, in one statement. */
	async lookUp(sql: Sql): Promise<void> {
		const lead = [...this.wanted.lead].filter(isStorable);
		const user = [...this.wanted.user].filter(isStorable);
		const found = lead.length + user.length > 0 ? await findByAddress(sql, { lead, user }) : [];
		for (const addressee of ['lead', 'user'] as const) {
			for (const address of this.wanted[addressee]) this.ids[addressee].set(address, null);
			this.wanted[addressee].clear();
		}
		for (const { addressee, address, id } of found) this.ids[addressee].set(address, id);
	}
}

/** What PostgreSQL cannot even compare is nobody's address. */
function isStorable(address: string): boolean {
	return !address.includes('\0') && address.isWellFormed();
}
