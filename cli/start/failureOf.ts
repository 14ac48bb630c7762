import { N8nError } from '../../n8n/n8nError';

/** What went wrong, for whoever runs `npm start`; with the call where it was one to n8n, since its log knows no other name. */
export function failureOf(error: unknown): string {
	if (error instanceof N8nError) return `${error.message} [${error.call}]`;
	return error instanceof Error ? error.message : String(error);
}
