import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { decryptSecret, encryptSecret, parseEncryptionKey } from '../../../db/integration/secret';

const key = parseEncryptionKey(randomBytes(32).toString('base64'));
const owner = { organizationId: 1, integrationType: 'n8n' };

describe('a secret', () => {
	it('comes back as it was', () => {
		const sealed = encryptSecret(key, owner, 'schlüssel-123');
		expect(sealed.ciphertext.includes(Buffer.from('123'))).toBe(false);
		expect(decryptSecret(key, owner, sealed)).toBe('schlüssel-123');
	});

	it('looks different every time it is sealed', () => {
		const [one, two] = [encryptSecret(key, owner, 'x'), encryptSecret(key, owner, 'x')];
		expect(one.ciphertext.equals(two.ciphertext)).toBe(false);
	});

	it.each([
		['another organization', { ...owner, organizationId: 2 }],
		['another type of integration', { ...owner, integrationType: 'smtp' }],
	])('does not open for %s', (_title, other) => {
		const sealed = encryptSecret(key, owner, 'x');
		expect(() => decryptSecret(key, other, sealed)).toThrow(/belongs to another organization/);
	});

	it('does not open when a bit of it changed, or when it was cut', () => {
		const { ciphertext, keyId } = encryptSecret(key, owner, 'some text');
		ciphertext[20]! ^= 1;
		expect(() => decryptSecret(key, owner, { ciphertext, keyId })).toThrow(/damaged/);
		expect(() => decryptSecret(key, owner, { ciphertext: ciphertext.subarray(0, 10), keyId })).toThrow(
			/damaged/,
		);
	});

	it('names both keys when it was sealed with another', () => {
		const other = parseEncryptionKey(randomBytes(32).toString('hex'));
		const sealed = encryptSecret(other, owner, 'x');
		expect(() => decryptSecret(key, owner, sealed)).toThrow(
			`key ${other.id}, but LMA_ENCRYPTION_KEY is key ${key.id}`,
		);
	});
});

describe('an encryption key', () => {
	it('is the same in hex and in base64', () => {
		const bytes = randomBytes(32);
		expect(parseEncryptionKey(bytes.toString('hex')).id).toBe(
			parseEncryptionKey(bytes.toString('base64')).id,
		);
	});

	it.each([
		'',
		'short',
		`${randomBytes(32).toString('base64')}x!`,
		randomBytes(31).toString('base64'),
		'g'.repeat(64),
	])('is refused when it is not 32 bytes, without repeating it (%#)', (text) => {
		expect(() => parseEncryptionKey(text)).toThrow(
			/^LMA_ENCRYPTION_KEY is not 32 bytes written in base64 or hex$/,
		);
	});
});
