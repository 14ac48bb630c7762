import { withoutPersonalData } from '../../../domain/cleanText';
import { CONNECTION_ERRORS } from '../../../domain/error/connectionCode';
import { findKnown } from '../../../domain/error/errorCode';
import { ConnectionError, LmaError } from '../../../domain/error/errors';
import { SYSTEM_ERRORS } from '../../../domain/error/systemCode';
import { isCertificateCode, isTlsCode } from '../../../domain/error/tlsCode';
import type { DriverError } from './driverError';

/** Client and server that do not agree on whether to encrypt, told apart by the text: the codes mean other things, too. */
export function tlsFailure(driver: DriverError): LmaError | undefined {
	const { code, message, isOfDatabase, cause } = driver;
	const isRefused =
		(code === 'ECONNRESET' && message.includes('before secure TLS connection')) ||
		(code === '' && /\b(?:no|not support) ssl\b/i.test(message));
	if (isOfDatabase && isRefused) {
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
		return failureOf(driver, code, {
			message: "the server's certificate was not accepted",
			remedy:
				'Give the CA certificate that signed it, use its exact host name, or choose the SSL mode "require".',
			remedyElsewhere: 'Check its date and its host name, and let this machine trust the CA that signed it.',
		});
	}
	if (!isTlsCode(code)) return undefined;
	return failureOf(driver, code, {
		message: 'no TLS connection could be made',
		remedy:
			'Check the CA certificate, whether the port is that of PostgreSQL, and which TLS versions the server allows.',
		remedyElsewhere: 'Check whether the port speaks TLS, and which TLS versions the server allows.',
	});
}

/** No connection, or a broken one; undefined for anything else. */
export function connectionFailure(driver: DriverError): LmaError | undefined {
	const { code, message, syscall, cause } = driver;
	// A role that is asked for; any other wrong parameter has the same code.
	if (code === '22023' && /\blma_(app|owner)\b/.test(message)) {
		return new ConnectionError(
			`DATABASE_${code}`,
			'Database: the roles of LMA are missing on this server',
			'Check host and database, or run `lma migrate` there.',
			{ cause },
		);
	}
	// `pg` gives no code when what it has connected to hangs up, as anything does that does not speak its language.
	if (driver.isOfDatabase && code === '' && message.startsWith('Connection terminated')) {
		return failureOf(driver, 'CONNECTION_CLOSED', {
			message: 'What answers at this host and port has closed the connection',
			remedy: 'Check host and port: it may not be PostgreSQL. Otherwise try again.',
		});
	}
	// A socket file that is not there: nobody listens.
	const isSocketMissing = code === 'ENOENT' && syscall === 'connect';
	const knownCode = isSocketMissing ? 'ECONNREFUSED' : code;
	const known = findKnown(CONNECTION_ERRORS, knownCode);
	if (known) return failureOf(driver, knownCode, known);
	if (!/^08[0-9A-Z]{3}$/.test(code)) return undefined;
	return new ConnectionError(`DATABASE_${code}`, 'Database: the connection failed', 'Try again.', { cause });
}

/** What this machine refuses: a connection to the database, or anything else, which is then not called one. */
export function systemFailure({
	code,
	syscall,
	path,
	isOfDatabase,
	cause,
}: DriverError): LmaError | undefined {
	const known = findKnown(SYSTEM_ERRORS, code);
	if (!known) return undefined;
	if (isOfDatabase && syscall === 'connect')
		return new ConnectionError(`DATABASE_${code}`, `Database: ${known.message}`, known.remedy, { cause });
	const where = path === undefined ? '' : `: ${withoutPersonalData(path).slice(0, 200)}`;
	return new LmaError(code, `${known.message}${where} (${code})`, known.remedy, { cause });
}

interface Words {
	message: string;
	remedy: string;
	remedyElsewhere?: string;
}

/** Of the database where that is sure; otherwise by the bare code, of a server without a name. */
function failureOf(
	{ isOfDatabase, cause }: DriverError,
	code: string,
	{ message, remedy, remedyElsewhere = remedy }: Words,
): ConnectionError {
	const shown = /^[a-z]/.test(message) ? `${message} (${code})` : message;
	if (isOfDatabase) return new ConnectionError(`DATABASE_${code}`, `Database: ${shown}`, remedy, { cause });
	const fact = `${message.charAt(0).toUpperCase()}${message.slice(1)} (${code})`;
	return new ConnectionError(code, fact, remedyElsewhere, { cause });
}
