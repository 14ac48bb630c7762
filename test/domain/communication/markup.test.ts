import { describe, expect, it } from 'vitest';

import { hasMarkup } from '../../../domain/communication/markup';

describe('markup', () => {
	it.each([
		'<p>Hello</p>',
		'Hello<br>',
		'See <a href="https://x.test">this</a>',
		'<BR/>',
		'Hi {{ firstName }}',
		'{{$json.x}}',
	])('is in %s', (text) => expect(hasMarkup(text)).toBe(true));

	it.each([
		null,
		undefined,
		'',
		'Hello',
		'a < b and c > d',
		'<ada@example.com>',
		'<3',
		'{ "a": {} }',
		'<Straße>',
	])('is not in %s', (text) => expect(hasMarkup(text)).toBe(false));
});
