import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

import { LmaError } from '../../domain/error/errors';

/** A parsed LMA_ENCRYPTION_KEY. `id` is safe to show: the first 8 hex digits of the key's SHA-256. */
export interface EncryptionKey {
	readonly id: string;
	readonly bytes: Buffer;
}

/** What a secret belongs to. It is authenticated with it: a ciphertext copied to another owner does not open. */
export interface SecretOwner {
	organizationId: number;
	integrationType: string;
}

/** As it lies in `integrations`: `secret_ciphertext` and `secret_key_id`. */
export interface SealedSecret {
	/** 12 bytes nonce, 16 bytes tag, then the ciphertext. */
	ciphertext: Buffer;
	keyId: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Reads a key of 32 bytes, written as 64 hex digits or as base64.
 * @throws LmaError `INVALID_ENCRYPTION_KEY`; the message holds nothing of the value.
 */
export function parseEncryptionKey(text: string): EncryptionKey {
	const trimmed = text.trim();
	const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : decodeBase64(trimmed);
	if (bytes.length !== 32) {
		throw new LmaError(
			'INVALID_ENCRYPTION_KEY',
			'LMA_ENCRYPTION_KEY is not 32 bytes written in base64 or hex',
			'Make one with `openssl rand -base64 32` and keep it safe: secrets cannot be read without it.',
		);
	}
	return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}

/** Encrypts with AES-256-GCM under a fresh nonce: the same text gives another ciphertext every time. */
export function encryptSecret(key: EncryptionKey, owner: SecretOwner, plaintext: string): SealedSecret {
	const nonce = randomBytes(NONCE_BYTES);
	const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(boundTo(owner));
	const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
	return { ciphertext: Buffer.concat([nonce, cipher.getAuthTag(), body]), keyId: key.id };
}

/**
 * The plaintext of a sealed secret.
 * @throws LmaError `SECRET_UNREADABLE` when it was sealed with another key, for another owner, or was changed.
 */
export function decryptSecret(key: EncryptionKey, owner: SecretOwner, sealed: SealedSecret): string {
	if (sealed.keyId !== key.id) {
		throw unreadable(`was encrypted with key ${sealed.keyId}, but LMA_ENCRYPTION_KEY is key ${key.id}`);
	}
	const nonce = sealed.ciphertext.subarray(0, NONCE_BYTES);
	const tag = sealed.ciphertext.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
	const body = sealed.ciphertext.subarray(NONCE_BYTES + TAG_BYTES);
	try {
		const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES })
			.setAAD(boundTo(owner))
			.setAuthTag(tag);
		return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
	} catch {
		throw unreadable('is damaged, or belongs to another organization');
	}
}

// Buffer.from ignores what is not base64; a key with a typing error must not become a shorter key.
function decodeBase64(text: string): Buffer {
	return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
}

function boundTo({ organizationId, integrationType }: SecretOwner): Buffer {
	return Buffer.from(`lma:${organizationId}:${integrationType}`);
}

function unreadable(why: string): LmaError {
	return new LmaError(
		'SECRET_UNREADABLE',
		`The secret ${why}`,
		'Start the worker with the key it was saved with, or save the integration again.',
	);
}
