import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const ITERATIONS = 4096;

/**
 * What PostgreSQL stores of a password (RFC 5802, RFC 7677): given to `create role … password`, it keeps the password
 * itself out of the server's log. For passwords of printable ASCII, which SASLprep leaves as they are.
 */
export function scramVerifier(password: string): string {
	const salt = randomBytes(16);
	const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
	const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
	const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
	const serverKey = hmac('Server Key').toString('base64');
	return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
