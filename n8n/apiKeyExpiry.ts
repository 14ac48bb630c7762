import { z } from 'zod/v4';

const claims = z.object({ exp: z.number() });

/** When an API key of n8n, a JWT, expires, in milliseconds since 1970; null when it never does or is no JWT. */
export function apiKeyExpiry(apiKey: string): number | null {
	const [, payload] = apiKey.split('.');
	try {
		const parsed = claims.safeParse(JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8')));
		return parsed.success ? parsed.data.exp * 1000 : null;
	} catch {
		return null;
	}
}
