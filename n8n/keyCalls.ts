import { z } from 'zod/v4';

import { type N8nRequestOptions, request } from './request';

/** What an API key may do. All calls throw N8nError. */
export interface KeyCalls {
	/** Its scopes, such as `workflow:list`; null when this n8n does not tell: older ones let every key do everything. */
	scopes(): Promise<string[] | null>;
}

/** Read off n8n 2.40.7. */
const discoverAnswer = z.object({ data: z.object({ scopes: z.array(z.string()) }) });

export function keyCalls(options: N8nRequestOptions): KeyCalls {
	return {
		async scopes() {
			const answer = await request(options, {
				path: '/api/v1/discover',
				what: 'what the API key may do',
				schema: discoverAnswer,
			});
			return answer?.value.data.scopes ?? null;
		},
	};
}
