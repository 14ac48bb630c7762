import { NodeOperationError, type ITriggerFunctions } from 'n8n-workflow';

import { logMistakes } from '../logMistakes';
import { toLmaError } from '../../db/connection/error/toLmaError';

/** What went wrong, as n8n shows it: the fact and what to do, and nothing of the driver. */
export function toNodeError(
	context: Pick<ITriggerFunctions, 'getNode' | 'logger'>,
	error: unknown,
): NodeOperationError {
	if (error instanceof NodeOperationError) return error;
	const known = toLmaError(error);
	logMistakes(context.logger, [known]);
	const { message, description } = known;
	return new NodeOperationError(context.getNode(), message, { description });
}
