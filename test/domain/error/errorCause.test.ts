import { inspect } from 'node:util';
import { expect, it } from 'vitest';

import { ErrorCause } from '../../../domain/error/errorCause';

function thrownBy(work: () => unknown): unknown {
	try {
		return work();
	} catch (error) {
		return error;
	}
}

it.each(['secret\nkey', 'secret…key'])('keeps no value of a header that fetch refuses: %j', (value) => {
	const cause = new ErrorCause(thrownBy(() => new Headers({ 'x-n8n-api-key': value })));
	expect(cause).toMatchObject({ name: 'TypeError', message: 'a header cannot be sent as it is' });
	expect(cause.stack).toContain('errorCause.test');
	expect(inspect(cause)).not.toContain('secret');
});

it('keeps no value of a header that Node.js refuses', async () => {
	const { request } = await import('node:http');
	const thrown = thrownBy(() => request('http://127.0.0.1/', { headers: { cookie: 'secret\nkey' } }));
	expect(inspect(new ErrorCause(thrown))).not.toContain('secret');
});

it('keeps the words of another TypeError', () => {
	const words = "Cannot read properties of undefined (reading 'headers')";
	expect(new ErrorCause(new TypeError(words)).message).toBe(words);
});
