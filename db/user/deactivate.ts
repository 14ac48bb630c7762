import { ConflictError } from '../../domain/error/errors';
import type { HandOver } from '../../domain/user/input';
import { type HandedOver, handOverLeads } from '../assignment/handOver';
import type { Sql } from '../connection/client';
import { inOrganizationAsOwner } from '../connection/owner';
import type { UserAccount } from './account';
import { requireOtherAdmin } from './update';

/**
 * Deactivates a user: nobody assigns leads to them any more. Their open leads are handed over in the same transaction, or
 * stay; closed leads, notes and communications stay theirs. Can be repeated. For administration: run it with `asOwner`.
 *
 * @param handOver undefined: there must be no open leads
 * @returns who got how many leads
 * @throws ConflictError when open leads wait and nothing is said of them, or nobody could take them
 */
export async function deactivateUser(
	sql: Sql,
	organization: { id: number; slug: string },
	account: UserAccount,
	handOver: HandOver | undefined,
): Promise<HandedOver[]> {
	if (!handOver && account.openLeads > 0) throw openLeadsWait(account);
	if (handOver?.to === 'user' && handOver.userId === account.id) {
		throw new ConflictError(`User ${account.id} cannot take over their own leads`, 'Name another user.');
	}
	await requireOtherAdmin(sql, organization.id, account);
	await setUserActive(sql, organization.id, account.id, false);
	if (!handOver || handOver.to === 'nobody') return [];
	return inOrganizationAsOwner(sql, organization.slug, (tx) => handOverLeads(tx, account.id, handOver));
}

/** Makes a user active or inactive, and nothing else. Can be repeated. For administration: run it with `asOwner`. */
export async function setUserActive(
	sql: Sql,
	organizationId: number,
	userId: number,
	isActive: boolean,
): Promise<void> {
	await sql`
		update users
		set is_active = ${isActive}
		where organization_id = ${organizationId}
			and id = ${userId}
			and is_active <> ${isActive}`;
}

function openLeadsWait({ id, openLeads }: UserAccount): ConflictError {
	const leads = openLeads === 1 ? '1 open lead' : `${openLeads.toLocaleString('en')} open leads`;
	return new ConflictError(
		`User ${id} owns ${leads}`,
		'Nothing was changed. Say who takes over: --hand-over-to <user>, --hand-over for all active sales representatives in turn, or --keep.',
	);
}
