import { LmaError } from '../../../domain/error/errors';
import { apiKeyExpiry } from '../../../n8n/apiKeyExpiry';
import { createN8nClient } from '../../../n8n/client';
import { workerScopes } from '../../../n8n/scopes';
import { type Trial, unusable } from './trial';

const TIMEOUT_MS = 10_000;
const DAY_MS = 86_400_000;
/** A key that expires within so many days is warned of. */
const WARN_DAYS = 30;

/** Asks an n8n for its workflows and what the key may do. Changes nothing there. Never throws for what n8n does. */
export async function tryN8n(
	configuration: { baseUrl: string; tag?: string | undefined; projectId?: string | undefined },
	apiKey: string,
): Promise<Trial> {
	const { baseUrl, tag, projectId } = configuration;
	const client = createN8nClient({ baseUrl, apiKey, attempts: 1, requestTimeoutMs: TIMEOUT_MS });
	try {
		const scopes = await client.key.scopes();
		const missing = scopes ? workerScopes.filter((scope) => !scopes.includes(scope)) : [];
		if (missing.length > 0) {
			return unusable(
				`The API key lacks ${missing.length === 1 ? 'the scope' : 'the scopes'} ${missing.join(', ')}. Make one in n8n under Settings → n8n API that has them.`,
			);
		}
		const first = await createN8nClient({
			...{ baseUrl, apiKey, attempts: 1, requestTimeoutMs: TIMEOUT_MS },
			...(tag !== undefined && { tag }),
			...(projectId !== undefined && { projectId }),
		})
			.workflows.pages()
			.next();
		const count = first.done ? 0 : first.value.data.length;
		const more = !first.done && first.value.nextCursor ? 'more than ' : '';
		const view = viewOf(configuration);
		const works = [
			'n8n answers and takes the API key.',
			...(scopes ? ['The key has every scope that the worker needs.'] : []),
			`It has ${more}${count} workflows${view}.`,
		];
		// n8n lists nothing, too, of a tag or a project that it does not have.
		const nothing =
			count === 0 && view !== ''
				? [`Nothing is${view} yet. See whether that is written as it is in n8n.`]
				: [];
		return { works, warnings: [...expiryWarnings(apiKey), ...nothing], problem: null };
	} catch (error) {
		if (error instanceof LmaError) return unusable(error.sentences);
		throw error;
	}
}

/** ` in the project p1 with the tag acme`, or nothing. */
function viewOf({ tag, projectId }: { tag?: string | undefined; projectId?: string | undefined }): string {
	return `${projectId === undefined ? '' : ` in the project ${projectId}`}${tag === undefined ? '' : ` with the tag ${tag}`}`;
}

function expiryWarnings(apiKey: string): string[] {
	const expiry = apiKeyExpiry(apiKey);
	if (expiry === null || expiry > Date.now() + WARN_DAYS * DAY_MS) return [];
	const day = new Date(expiry).toISOString().slice(0, 10);
	return [`The API key expires on ${day}: make a new one before, and connect again with it.`];
}
