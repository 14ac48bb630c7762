import { CONNECTION_ERRORS } from '../../../domain/error/connectionCode';
import { findKnown } from '../../../domain/error/errorCode';
import { ConnectionError, LmaError } from '../../../domain/error/errors';
import { SYSTEM_ERRORS } from '../../../domain/error/systemCode';
import { isCertificateCode, isTlsCode } from '../../../domain/error/tlsCode';
import type { DriverError } from './driverError';

/** Client and server that do not agree on whether to encrypt, told apart by the text: the codes mean other things, too. */
export function tlsFailure({ code, message, cause }: DriverError): LmaError | undefined {
	const isRefused =
		(code === 'ECONNRESET' && message.includes('before secure TLS connection')) ||
		(code === '' && /\b(?:no|not support) ssl\b/i.test(message));
	if (isRefused) {
		return new ConnectionError(
			'DATABASE_TLS',
			'Database: the server does not offer TLS',
			'Choose the SSL mode "disable", or turn TLS on in the server.',
			{ cause },
		);
	}
	if (code === '28000' && message.includes('no encryption')) {
		return new ConnectionError(
			'DATABASE_TLS',
			'Database: the server does not accept this login without TLS',
			'Choose the SSL mode "require" or "verify-full".',
			{ cause },
		);
	}
	if (isCertificateCode(code)) {
		return new ConnectionError(
			`DATABASE_${code}`,
			`Database: the server's certificate was not accepted (${code})`,
			'Give the CA certificate that signed it, use its exact host name, or choose the SSL mode "require".',
			{ cause },
		);
	}
	if (!isTlsCode(code)) return undefined;
	return new ConnectionError(
		`DATABASE_${code}`,
		`Database: no TLS connection could be made (${code})`,
		'Check the CA certificate, whether the port is that of PostgreSQL, and which TLS versions the server allows.',
		{ cause },
	);
}

/** No connection, or a broken one; undefined for anything else. */
export function connectionFailure({ code, message, syscall, cause }: DriverError): LmaError | undefined {
	// A role that is asked for; any other wrong parameter has the same code.
	if (code === '22023' && /\blma_(app|owner)\b/.test(message)) {
		return new ConnectionError(
			`DATABASE_${code}`,
			'Database: the roles of LMA are missing on this server',
			'Check host and database, or run `lma migrate` there.',
			{ cause },
		);
	}
	// A socket file that is not there: nobody listens.
	const isSocketMissing = code === 'ENOENT' && syscall === 'connect';
	const known = findKnown(CONNECTION_ERRORS, isSocketMissing ? 'ECONNREFUSED' : code);
	if (known)
		return new ConnectionError(
			`DATABASE_${isSocketMissing ? 'ECONNREFUSED' : code}`,
			`Database: ${known.message}`,
			known.remedy,
			{ cause },
		);
	if (!/^08[0-9A-Z]{3}$/.test(code)) return undefined;
	return new ConnectionError(`DATABASE_${code}`, 'Database: the connection failed', 'Try again.', { cause });
}

/** What this machine refuses: a connection to the database, or anything else, which is then not called one. */
export function systemFailure({ code, syscall, cause }: DriverError): LmaError | undefined {
	const known = findKnown(SYSTEM_ERRORS, code);
	if (!known) return undefined;
	return syscall === 'connect'
		? new ConnectionError(`DATABASE_${code}`, `Database: ${known.message}`, known.remedy, { cause })
		: new LmaError(code, `${known.message} (${code})`, known.remedy, { cause });
}
