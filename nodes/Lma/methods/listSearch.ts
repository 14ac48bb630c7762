import { NodeOperationError, type ILoadOptionsFunctions, type INodeListSearchResult } from 'n8n-workflow';
import type { Sql } from '../../../db/client';
import { toLmaError } from '../../../db/databaseError';
import { listLeads } from '../../../db/lead';
import { inOrganization } from '../../../db/tenancy';
import { listUsers } from '../../../db/user';
import { readCredential, withConnection } from '../connection';

const PAGE_ROWS = 50;

/** A page of leads whose name, company, job title or address has these words, newest first. */
export async function searchLeads(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const offset = Number(paginationToken ?? 0);
	const leads = await inCredentialsOrganization(this, (sql) =>
		listLeads(sql, { search: emptyAsUnset(filter), limit: PAGE_ROWS, offset }),
	);
	return page(
		leads.map(({ id, firstName, lastName, email, company }) => ({
			name: [`${firstName} ${lastName}`.trim(), email, company].filter(Boolean).join(' · '),
			value: id,
		})),
		offset,
	);
}

/** A page of active users whose name or address holds the text, by name. */
export async function searchUsers(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const offset = Number(paginationToken ?? 0);
	const users = await inCredentialsOrganization(this, (sql) =>
		listUsers(sql, { search: emptyAsUnset(filter), isActive: true, limit: PAGE_ROWS, offset }),
	);
	return page(
		users.map(({ id, firstName, lastName, email }) => ({
			name: `${firstName} ${lastName} · ${email}`,
			value: id,
		})),
		offset,
	);
}

/**
 * Runs a query for the node's editor.
 *
 * @throws NodeOperationError with what is wrong in words
 */
export async function inCredentialsOrganization<T>(
	context: ILoadOptionsFunctions,
	query: (sql: Sql) => PromiseLike<T>,
): Promise<T> {
	try {
		const credential = readCredential(await context.getCredentials('lmaApi'));
		return await withConnection(credential, (sql) =>
			inOrganization(sql, credential.organization, query, { readOnly: true }),
		);
	} catch (error) {
		const { message, description } = toLmaError(error);
		throw new NodeOperationError(context.getNode(), message, { description });
	}
}

function emptyAsUnset(filter: string | undefined): string | undefined {
	return filter?.trim() === '' ? undefined : filter?.trim();
}

function page(results: INodeListSearchResult['results'], offset: number): INodeListSearchResult {
	// A full page may have been the last one; then the next is empty and says so.
	return results.length < PAGE_ROWS ? { results } : { results, paginationToken: String(offset + PAGE_ROWS) };
}
