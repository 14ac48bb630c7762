import { pino, type DestinationStream, type Logger } from 'pino';
import type { WorkerConfig } from './config';

export type Log = Logger;

/** Fields that are never written, wherever they turn up at the first three levels of an entry. */
const SECRET_FIELDS = [
	...['password', 'pass', 'secret', 'token', 'apiKey', 'authorization', 'connectionString', 'url'],
	...['email', 'phone', 'firstName', 'lastName', 'to', 'from', 'subject', 'content', 'body', 'text', 'html'],
];

/**
 * JSON lines with ids only. Known secret or personal fields are replaced by `[redacted]`, and the text of errors
 * is cleaned by `withoutPersonalData`, because drivers put addresses, row values and URLs into it.
 */
export function createLog(level: WorkerConfig['logLevel'], destination?: DestinationStream): Log {
	const options = {
		level,
		base: { name: 'lma-worker' },
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (label: string) => ({ level: label }) },
		redact: {
			paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
			censor: '[redacted]',
		},
		serializers: { err: describeError },
	};
	return destination ? pino(options, destination) : pino(options);
}

/** Name, code and cleaned message; never a stack, query, parameters, detail or server response. */
export function describeError(error: unknown): {
	name: string;
	code?: string;
	message: string;
	cause?: object;
} {
	if (!(error instanceof Error)) return { name: typeof error, message: withoutPersonalData(String(error)) };
	const { code } = error as { code?: unknown };
	return {
		name: error.name,
		...(typeof code === 'string' && { code }),
		message: withoutPersonalData(error.message),
		...(error.cause instanceof Error && { cause: describeError(error.cause) }),
	};
}

/** Replaces e-mail addresses, phone numbers and the user, password and query of URLs; cuts at 500 characters. */
export function withoutPersonalData(text: string): string {
	return text
		.slice(0, 2_000)
		.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1[redacted]@')
		.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#]*)[?#]\S*/gi, '$1')
		.replace(/(?<!\[redacted\])[^\s<>"'(),;:=[\]]+@[^\s<>"'(),;:=[\]]+/g, '[address]')
		.replace(/\+\d[\d\s().-]{6,}\d/g, '[number]')
		.slice(0, 500);
}
