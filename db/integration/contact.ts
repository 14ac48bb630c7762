import type { Sql } from '../connection/client';

/** Notes how the last contact with the far side went. `error` in words fit for an admin, null when it went well. */
export async function recordContact(
	sql: Sql,
	integrationId: number,
	contact: { status: 'active' | 'error' | 'expired'; error: string | null },
): Promise<void> {
	await sql`
		update integrations
		set status = ${contact.status},
			last_error = ${contact.error},
			last_sync_at = case when ${contact.error === null} then now() else last_sync_at end
		where id = ${integrationId}
			and status = 'active'`;
}

/** How the last contact with the far side of a connection went. */
export interface Contact {
	integrationId: number;
	/** In words for an admin; null when it went well. */
	error: string | null;
}

/** Notes how contacts went, where that is news. None is left alone for it: what waits is tried again. One statement. Can be repeated. */
export async function recordContacts(sql: Sql, contacts: readonly Contact[]): Promise<void> {
	const input = contacts.map(({ integrationId, error }) => ({ integrationId, error }));
	await sql`
		with news as materialized (
			-- In one order, so that two workers cannot wait for each other.
			select i.id, c.error
			from jsonb_to_recordset(${sql.json(input)}) as c("integrationId" int, error text)
			join integrations i on i.id = c."integrationId"
			where i.status = 'active'
				and i.last_error is distinct from c.error
			order by i.id
			for no key update of i
		)
		update integrations i
		set last_error = news.error
		from news
		where i.id = news.id`;
}
