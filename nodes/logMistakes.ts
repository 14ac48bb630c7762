import type { Logger } from 'n8n-workflow';

import { framesOf } from '../domain/error/errorCause';
import type { LmaError } from '../domain/error/errors';
import { leavesTrace } from '../domain/error/knownError';

/**
 * Writes into n8n's log where a mistake of LMA is, or what may be one, once for each error: nobody else can tell. What
 * users, admins and servers have done needs no line, since n8n shows it. The frames of the stack alone: no value of a row, no statement.
 */
export function logMistakes(logger: Logger | undefined, errors: Iterable<LmaError>): void {
	for (const error of new Set(errors)) {
		if (!leavesTrace(error.traits)) continue;
		const { cause } = error;
		const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : error.message;
		logger?.error(`n8n-nodes-lma: ${error.message}`, {
			code: error.code,
			cause: text,
			stack: framesOf(cause ?? error).map((frame) => frame.trim()),
		});
	}
}
