import { expect, test } from 'vitest';

import { withoutPersonalData } from '../../domain/cleanText';

test.each([
	['postgres://user:secret@host/db', 'postgres://[redacted]@host/db'],
	['postgres://user:a/secret:x@host/db', 'postgres://[redacted]@host/db'],
	['host=db password=secret user=u', 'host=db password=[redacted] user=u'],
	['{"apiKey": "secret", "id": 5}', '{"apiKey": [redacted], "id": 5}'],
	['authorization: Bearer secret.of.somebody', 'authorization: [redacted]'],
	['refused Bearer secret.of.somebody', 'refused Bearer [redacted]'],
	['https://host/path?key=secret', 'https://host/path'],
	['nobody joe.secret@host.example', 'nobody [address]'],
	['call +49 89 123456-0', 'call [number]'],
])('%s is kept without what is personal or secret', (text, clean) => {
	expect(withoutPersonalData(text)).toBe(clean);
});

test('what says nothing of anybody stays', () => {
	const text = 'password authentication failed; token expected at line 5; basic rules';
	expect(withoutPersonalData(text)).toBe(text);
});
