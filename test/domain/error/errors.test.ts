import { inspect } from 'node:util';
import { expect, it } from 'vitest';

import { ErrorCause, framesOf } from '../../../domain/error/errorCause';
import { LmaError, ValidationError } from '../../../domain/error/errors';

it('keeps whatever caused it cleaned, with its code and where it was', () => {
	const driver = Object.assign(new Error('invalid input syntax for type integer: "geheim"'), {
		code: '22P02',
		severity: 'ERROR',
		detail: 'Failing row contains (geheim)',
		query: "select 'geheim'",
	});
	const errors = [
		new LmaError('CONFLICT', 'It is so', 'Try again.', { cause: driver }),
		new ValidationError('email', 'It is so', 'Try again.', { cause: new Error('above', { cause: driver }) }),
	];
	for (const error of errors) {
		expect(error.cause).toBeInstanceOf(ErrorCause);
		expect(framesOf(error.cause).join()).toContain('errors.test');
		expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('geheim');
	}
	expect(errors[0]?.cause).toMatchObject({ code: '22P02' });
});

it('keeps a cause that is cleaned as it is, and none where there is none', () => {
	const cause = new ErrorCause(new Error('why'));
	expect(new LmaError('CONFLICT', 'It is so', 'Try again.', { cause }).cause).toBe(cause);
	for (const options of [undefined, {}, { cause: undefined }, { cause: null }])
		expect('cause' in new LmaError('CONFLICT', 'It is so', 'Try again.', options)).toBe(false);
});
