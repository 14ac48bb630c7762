import type { Sql } from '../connection/client';
import { addressHolder } from './addressHolder';

/** Whom an address may stand for. */
export type Addressee = 'lead' | 'user';

/** An address in lower case, and whose it is in the organization; null when nobody's. */
export interface AddressOwner {
	addressee: Addressee;
	address: string;
	id: number | null;
}

/**
 * Finds leads and users by e-mail address, in one statement for any number of them; letter case does not matter. Of several
 * leads with one address it is the oldest, and one that was merged away leads to its survivor, as `upsertLeads` has it. One row
 * per address.
 */
export function findByAddress(sql: Sql, wanted: Record<Addressee, readonly string[]>) {
	// Materialized: lower() is not leakproof before PostgreSQL 18, and a condition that holds it is given no index.
	return sql<AddressOwner[]>`
		with wanted as materialized (
			select address, lower(address) as key
			from jsonb_array_elements_text(${sql.json(wanted.lead)}) as address
		)
		select 'lead' as addressee, wanted.address, holder.lead_id as id
		from wanted
		left join lateral (${addressHolder(sql, 'wanted.key')}) holder on true
		union all
		select 'user', person.address, min(u.id)
		from jsonb_array_elements_text(${sql.json(wanted.user)}) as person(address)
		left join users u on u.organization_id = (select lma.current_organization_id())
			and u.email_key = lower(person.address)
		group by person.address`;
}
