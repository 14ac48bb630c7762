import { describe, expect, it } from 'vitest';

import { parseTemplate } from '../../../domain/workflow/template';

const templateWith = (parameters: unknown) => ({
	nodes: [{ name: 'Node', type: 'n8n-nodes-base.code', position: [0, 0], parameters }],
	connections: {},
});

/** What is wrong with it, or nothing. */
function problemOf(parameters: unknown): string | undefined {
	try {
		parseTemplate(templateWith(parameters));
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}

describe('a template that is long and hostile is judged at once', () => {
	it.each([
		['braces without an end', `=${'{{'.repeat(400_000)}`],
		['words that may be the beginning of a URL', 'a.'.repeat(400_000)],
		['one word that may be the beginning of a URL', 'a'.repeat(900_000)],
		['users without a password', 'a://a:'.repeat(150_000)],
		['a token that never ends', 'eyJ-'.repeat(200_000)],
		['beginnings of keys', '-----BEGIN '.repeat(80_000)],
		['blanks after Bearer', `Bearer ${' '.repeat(900_000)}`],
		['more than a template may hold', 'x'.repeat(5_000_000)],
	])('%s', (_title, text) => {
		const begin = performance.now();
		problemOf({ text });
		expect(performance.now() - begin).toBeLessThan(5_000);
	});

	it('nesting', () => {
		let nested: unknown = 1;
		for (let depth = 0; depth < 200_000; depth++) nested = [nested];
		expect(problemOf({ nested })).toBe('template is nested deeper than 100 levels');
	});
});

describe('a secret that is written out is refused', () => {
	it.each(['api_key', 'api-key', 'apiKey', 'access_token', 'client_secret', 'private_key', 'auth_token'])(
		'as the parameter %s',
		(name) => {
			expect(problemOf({ query: [{ name, value: 'abc' }] })).toContain('looks like a secret');
			expect(problemOf({ [name]: 'abc' })).toContain('looks like a secret');
			expect(problemOf({ [name]: '={{ $env.KEY }}' })).toBeUndefined();
		},
	);

	it.each([
		'Bearer abcdefghijklmnop',
		'=Bearer abcdefghijklmnop{{ $json.more }}',
		'postgres://ann:geheim@host/db',
		'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
		'-----BEGIN RSA PRIVATE KEY-----',
	])('as the value %s', (text) => {
		expect(problemOf({ text })).toContain('looks like a secret');
	});

	it('without repeating long names', () => {
		const long = problemOf({ ['k'.repeat(100_000)]: 'sk-live-aaaaaaaaaaaaaaaaaaaa' });
		expect(long).toContain('looks like a secret');
		expect(long?.length).toBeLessThan(300);
	});

	it('but not one that an expression fetches', () => {
		expect(problemOf({ text: '=Bearer {{ $json.token }}' })).toBeUndefined();
		expect(problemOf({ text: '=postgres://{{ $json.user }}:{{ $json.password }}@host/db' })).toBeUndefined();
	});
});

describe('text that PostgreSQL cannot store', () => {
	it.each(['\0', '\ud800', 'C:\\\ud800'])('is refused: %j', (text) => {
		expect(problemOf({ text })).toBe('template contains a NUL character or broken Unicode');
	});

	it.each(['/[\\ud800-\\udfff\\u0000]/g', 'C:\\udata', '😀'])('is not confused with %j', (text) => {
		expect(problemOf({ text })).toBeUndefined();
	});
});

it.each([
	'{"nodes":[{"name":"a","type":"t","position":[0,0],"__proto__":{"disabled":true}}],"connections":{}}',
	'{"nodes":[{"name":"a","type":"t","position":[0,0],"parameters":{"a":[{"__proto__":1}]}}],"connections":{}}',
	'{"nodes":[{"name":"__proto__","type":"t","position":[0,0]}],"connections":{"__proto__":{"main":[[]]}}}',
])('a field named __proto__ is refused: %s', (text) => {
	expect(() => parseTemplate(JSON.parse(text))).toThrow('template has a field named __proto__');
});
