import { NodeOperationError, type ILoadOptionsFunctions, type INodeListSearchResult } from 'n8n-workflow';
import { z } from 'zod/v4';

import { listCampaignChoices } from '../../../db/campaign/listChoices';
import type { Sql } from '../../../db/connection/client';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { inOrganization } from '../../../db/connection/tenancy';
import { listLeads } from '../../../db/lead/list';
import { listUsers } from '../../../db/user/user';
import { listN8nWorkflowChoices, listWorkflowChoices } from '../../../db/workflow/listChoices';
import type { Choice, ChoiceFilter } from '../../../domain/choice';
import { rowOffset, text } from '../../../domain/input/field';
import { parseInput } from '../../../domain/input/parseInput';
import { logMistakes } from '../../logMistakes';
import { readCredential, withConnection } from '../../credential/connection';

const PAGE_ROWS = 50;

/** A page of leads whose name, company, job title or address has these words, newest first. */
export async function searchLeads(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await pageOf(this, { filter, paginationToken }, async (sql, page) =>
		(await listLeads(sql, page)).map(({ id, firstName, lastName, email, company }) => ({
			name: asOneLine(`${firstName} ${lastName}`, email, company),
			value: id,
		})),
	);
}

/** A page of active users whose name or address holds the text, by name. */
export async function searchUsers(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await pageOf(this, { filter, paginationToken }, async (sql, page) =>
		(await listUsers(sql, { ...page, isActive: true })).map(({ id, firstName, lastName, email }) => ({
			name: asOneLine(`${firstName} ${lastName}`, email),
			value: id,
		})),
	);
}

/** A page of campaigns whose name holds the text, newest first. */
export async function searchCampaigns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await pageOf(this, { filter, paginationToken }, async (sql, page) =>
		(await listCampaignChoices(sql, page)).map(toOption),
	);
}

/** A page of registered workflows whose name holds the text, by name. */
export async function searchWorkflows(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await pageOf(this, { filter, paginationToken }, async (sql, page) =>
		(await listWorkflowChoices(sql, page)).map(toOption),
	);
}

/** A page of workflows that were found in n8n and are not registered, whose name holds the text, by name. */
export async function searchN8nWorkflows(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await pageOf(this, { filter, paginationToken }, async (sql, page) =>
		(await listN8nWorkflowChoices(sql, page)).map(toOption),
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
		const known = toLmaError(error);
		logMistakes(context.logger, [known]);
		const { message, description } = known;
		throw new NodeOperationError(context.getNode(), message, { description });
	}
}

const requestSchema = z.strictObject({ search: text(255).optional(), offset: rowOffset });

/** One page of a list: what the user typed to narrow it, and the token that the page before gave. */
async function pageOf(
	context: ILoadOptionsFunctions,
	{ filter, paginationToken }: { filter?: string | undefined; paginationToken?: string | undefined },
	query: (sql: Sql, page: ChoiceFilter) => Promise<INodeListSearchResult['results']>,
): Promise<INodeListSearchResult> {
	return await inCredentialsOrganization(context, async (sql) => {
		const { search, offset } = parseInput(requestSchema, {
			search: filter?.trim() === '' ? undefined : filter?.trim(),
			offset: paginationToken,
		});
		const results = await query(sql, { search, offset, limit: PAGE_ROWS });
		// A full page may have been the last one; then the next is empty and says so.
		if (results.length < PAGE_ROWS) return { results };
		return { results, paginationToken: String(offset + PAGE_ROWS) };
	});
}

function toOption({ id, name, detail }: Choice) {
	return { name: asOneLine(name, detail), value: id };
}

function asOneLine(...parts: (string | null)[]): string {
	return parts
		.map((part) => part?.trim())
		.filter(Boolean)
		.join(' · ');
}
