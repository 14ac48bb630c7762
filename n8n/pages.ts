import type { z } from 'zod/v4';

import { type Page, pageAnswer } from './answer';
import { found, type N8nRequestOptions } from './request';

/** The most that n8n gives; more is silently clamped. */
const PAGE_SIZE = 250;

/** A list of n8n's public API. */
export interface N8nList<T> {
	/** `/api/v1/workflows`. */
	path: string;
	/** What narrows it down. */
	filter?: Record<string, string>;
	/** For errors: `the list of workflows`. */
	what: string;
	scope: string;
	row: z.ZodType<T>;
}

/**
 * Page after page, the next one being fetched while the caller works on one. Ends when n8n names no further page, which
 * one that misbehaves may never do.
 * @throws N8nError
 */
export async function* pages<T>(options: N8nRequestOptions, list: N8nList<T>): AsyncGenerator<Page<T>> {
	const { path, filter, what, scope, row } = list;
	const fetchPage = async (cursor?: string) => {
		const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...filter, ...(cursor && { cursor }) });
		const asked = { path: `${path}?${query.toString()}`, what, scope, schema: pageAnswer(row) };
		return (await found(options, asked)).value;
	};
	let next: Promise<Page<T>> | undefined = fetchPage();
	while (next) {
		const page: Page<T> = await next;
		next = page.nextCursor ? fetchPage(page.nextCursor) : undefined;
		// Whoever stops early must not be ended by a request nobody waits for.
		next?.catch(() => undefined);
		yield page;
	}
}

/** All rows of all pages. @throws N8nError */
export async function listRows<T>(options: N8nRequestOptions, list: N8nList<T>): Promise<T[]> {
	const rows: T[] = [];
	for await (const page of pages(options, list)) rows.push(...page.data);
	return rows;
}
