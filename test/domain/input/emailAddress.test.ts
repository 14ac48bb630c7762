import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readEmailAddress } from '../../../domain/input/emailAddress';
import { toAsciiDomain } from '../../../domain/input/emailDomain';
import { parseInput } from '../../../domain/input/parseInput';
import { newLeadSchema } from '../../../domain/lead/input';

describe('an e-mail address', () => {
	it.each([
		'a&b@x.example',
		'sales/eu@x.example',
		'b=c@x.example',
		"o'b@x.example",
		'bounce-#1@x.example',
		'{a}|b~!$%^*?`_+@x.example',
		'user@example.xn--p1ai',
		'user@x.photography',
		'Joe.Doe@Example.COM',
		'1@2.example',
		'"a b"@x.example',
		'"a@b"@x.example',
		'"a..b"@x.example',
		'joe@[192.0.2.1]',
		'joe@[IPv6:2001:db8::1]',
		'zoë@x.example',
		'joe@münchen.example',
		'用户@例子.example',
		'пример@пример.рф',
		'אבג@דוגמה.example',
		'🦊@x.example',
	])('%s is kept as it is written', (address) => {
		expect(readEmailAddress(address)).toEqual({ address });
	});

	it.each([
		[' joe@x.example\u00a0', 'joe@x.example'],
		['\u200ejoe@x.example\u200b', 'joe@x.example'],
		['joe@x.example;', 'joe@x.example'],
		['joe@x.example.', 'joe@x.example'],
		['Joe <joe@x.example>', 'joe@x.example'],
		['"Doe, Joe" <joe@x.example>', 'joe@x.example'],
		['"Joe @ \\"Home\\"" < joe@x.example >;', 'joe@x.example'],
		['Doe, Joe <joe@x.example>', 'joe@x.example'],
		["'Joe@x.example' <joe@x.example>", 'joe@x.example'],
		['"old@y.example" <joe@x.example>', 'joe@x.example'],
		['<joe@x.example>', 'joe@x.example'],
		['mailto:joe@x.example', 'joe@x.example'],
		['MAILTO:joe%2Bnews@x.example?subject=Hi%20there&cc=ann@x.example', 'joe+news@x.example'],
		['Joe <mailto:joe@x.example>', 'joe@x.example'],
		['"joe"@x.example', 'joe@x.example'],
		['"a\\"b\\ c"@x.example', '"a\\"b c"@x.example'],
		['Zoe\u0308.Ëva@x.example', 'Zoë.ëva@x.example'],
		['joe@MÜNCHEN。example', 'joe@münchen.example'],
	])('%j is read as %s', (given, address) => {
		expect(readEmailAddress(given)).toEqual({ address });
	});

	it.each([
		['a1@x.example; a2@x.example', /more than one address/],
		['a1@x.example,a2@x.example', /more than one address/],
		['Ann <a1@x.example>, Joe <a2@x.example>', /more than one address/],
		['a1@x.example Joe <a2@x.example>', /more than one address/],
		['mailto:a1@x.example,a2@x.example', /more than one address/],
		['mailto:a%E0@x.example', /cannot be read/],
		['anna at home', /is not an e-mail address/],
		['', /is not an e-mail address/],
		['@x.example', /is not an e-mail address/],
		['joe@', /is not an e-mail address/],
		['joe@localhost', /no dot in its domain/],
		['.joe@x.example', /a dot too many before the @/],
		['jo..e@x.example', /a dot too many before the @/],
		['joe@x..example', /a dot too many behind the @/],
		['joe@.x.example', /a dot too many behind the @/],
		['jo e@x.example', /contains the character U\+0020,/],
		['jo\u200be@x.example', /contains the character U\+200B,/],
		['jo\u202ee@x.example', /contains the character U\+202E,/],
		['jo\u0007e@x.example', /contains the character U\+0007,/],
		['jo(e)@x.example', /contains the character \( \(U\+0028\),/],
		['jo@e@x.example', /contains the character @ \(U\+0040\),/],
		['joe@x_y.example', /contains the character _ \(U\+005F\),/],
		['joe@x\u2100y.example', /contains the character ℀ \(U\+2100\),/],
		['"a<b"@x.example', /contains the character < \(U\+003C\),/],
		['joe@-x.example', /has a domain that cannot exist/],
		['joe@192.0.2.1', /has a domain that cannot exist/],
		['joe@[192.0.2.300]', /no IP address between the brackets/],
		[`joe@${'x'.repeat(64)}.example`, /has a domain that cannot exist/],
	])('%j is refused: %s', (given, problem) => {
		expect(readEmailAddress(given).problem).toMatch(problem);
		const input = { email: given };
		expect(() => parseInput(newLeadSchema, input)).toThrow(/^email /);
	});

	it('is at most 255 characters long, whatever name stands before it', () => {
		const read = (email: string) => parseInput(newLeadSchema, { email }).email;
		const longest = `${'a'.repeat(245)}@x.example`;
		expect(read(`${'Joe '.repeat(300)}<${longest}>`)).toBe(longest);
		expect(() => read(`a${longest}`)).toThrow('email is longer than 255 characters');
	});

	it('that was read is read as itself, whatever the text', () => {
		const characters = fc.constantFrom(
			...'aÉ.@ "\\<>;,-+ß1ı\u0308\u200d。(:'.split(''),
			'x.example',
			'mailto:',
		);
		fc.assert(
			fc.property(fc.array(characters, { maxLength: 12 }), (parts) => {
				const { address } = readEmailAddress(parts.join(''));
				if (address === undefined) return;
				expect(readEmailAddress(address)).toEqual({ address });
				expect(address.replace(/\p{ASCII}+/gu, '')).toBe(address.replace(/\p{ASCII}+/gu, '').toLowerCase());
			}),
			{ numRuns: 5_000 },
		);
	});

	it('has a domain that every mail server takes', () => {
		expect(toAsciiDomain('münchen.example')).toBe('xn--mnchen-3ya.example');
		expect(toAsciiDomain('X.Example')).toBe('X.Example');
	});
});
