import { expect, test } from 'vitest';

import { failureOf } from '../../../cli/start/failureOf';
import { N8nError } from '../../../n8n/n8nError';

test('a call to n8n that failed is named after the words', () => {
	const error = new N8nError('overloaded', 'n8n answered 500 to signing in', {
		call: 'POST /rest/login',
		status: 500,
	});
	expect(failureOf(error)).toBe('n8n answered 500 to signing in [POST /rest/login]');
});

test('anything else is said as it is', () => {
	expect(failureOf(new Error('npm is not there'))).toBe('npm is not there');
	expect(failureOf('ended')).toBe('ended');
});
