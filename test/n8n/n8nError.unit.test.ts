import { expect, it } from 'vitest';

import { isMistake, toLmaError } from '../../db/connection/error/toLmaError';
import { N8N_ERROR_KINDS, N8nError, type N8nErrorKind } from '../../n8n/n8nError';

const TRANSIENT: N8nErrorKind[] = ['unreachable', 'overloaded', 'malformed'];

it.each(N8N_ERROR_KINDS)(
	'an n8n that is %s is no bug in LMA, and its code says whether it passes',
	(kind) => {
		const error = new N8nError(kind, 'n8n says no', { call: 'GET /api/v1/workflows' });
		expect(toLmaError(error)).toBe(error);
		expect(isMistake(error)).toBe(false);
		expect(error).toMatchObject({
			name: 'N8nError',
			code: `N8N_${kind.toUpperCase()}`,
			message: 'n8n says no',
		});
		const passes = TRANSIENT.includes(kind);
		expect(error.traits).toEqual({
			fault: passes ? 'service' : 'configuration',
			canRetry: passes,
			needsPerson: !passes,
		});
	},
);
