import { withoutPersonalData } from '../../../domain/cleanText';
import { CONNECTION_ERRORS } from '../../../domain/error/connectionCode';
import { findKnown } from '../../../domain/error/errorCode';
import { ConnectionError, LmaError } from '../../../domain/error/errors';
import { SYSTEM_ERRORS } from '../../../domain/error/systemCode';
import { isCertificateCode, isTlsCode } from '../../../domain/error/tlsCode';
import { placeOf } from '../databaseLogin';
import type { DriverError } from './driverError';

/** Client and server that do not agree on whether to encrypt, told apart by the text: the codes mean other things, too. */
export function tlsFailure(driver: DriverError): LmaError | undefined {
	const { code, message, isOfDatabase } = driver;
	const isRefused =
		(code === 'ECONNRESET' && message.includes('before secure TLS connection')) ||
		(code === '' && /\b(?:no|not support|establishing an) ssl\b/i.test(message));
	if (isOfDatabase && isRefused) {
		return ofDatabase(driver, 'TLS', {
			message: 'the server does not offer TLS',
			remedy: 'Choose the SSL mode "disable", or turn TLS on in the server.',
			remedyOfUrl: 'Write sslmode=disable in the URL, or turn TLS on in the server.',
		});
	}
	if (code === '28000' && message.includes('no encryption')) {
		return ofDatabase(driver, 'TLS', {
			message: 'the server does not accept this login without TLS',
			remedy: 'Choose the SSL mode "require" or "verify-full".',
			remedyOfUrl: 'Write sslmode=require or sslmode=verify-full in the URL.',
		});
	}
	if (isCertificateCode(code)) {
		return failureOf(driver, code, {
			message: "the server's certificate was not accepted",
			remedy:
				'Give the CA certificate that signed it, use its exact host name, or choose the SSL mode "require".',
			remedyOfUrl:
				'Name the file of the CA certificate that signed it as sslrootcert in the URL, use its exact host name, or ' +
				'write sslmode=require.',
			remedyElsewhere: 'Check its date and its host name, and let this machine trust the CA that signed it.',
		});
	}
	if (!isTlsCode(code)) return undefined;
	return failureOf(driver, code, {
		message: 'no TLS connection could be made',
		remedy:
			'Check the CA certificate, whether the port is that of PostgreSQL, and which TLS versions the server allows.',
		remedyOfUrl:
			'Check sslrootcert in the URL, whether the port is that of PostgreSQL, and which TLS versions the server allows.',
		remedyElsewhere: 'Check whether the port speaks TLS, and which TLS versions the server allows.',
	});
}

/** No connection, or a broken one; undefined for anything else. */
export function connectionFailure(driver: DriverError): LmaError | undefined {
	const { code, message, syscall } = driver;
	// A role that is asked for; any other wrong parameter has the same code.
	if (code === '22023' && /\blma_(app|owner)\b/.test(message)) {
		return ofDatabase(driver, code, {
			message: 'the roles of LMA are missing on this server',
			remedy: 'Check host and database, or run `lma migrate` there.',
		});
	}
	// `pg` gives no code when what it has connected to hangs up, as anything does that does not speak its language.
	if (driver.isOfDatabase && code === '' && message.startsWith('Connection terminated')) {
		return failureOf(driver, 'CONNECTION_CLOSED', {
			message: 'What answers at this host and port has closed the connection',
			remedy: 'Check host and port: it may not be PostgreSQL. Otherwise try again.',
		});
	}
	// The server says it of itself, of a database and of a role, with the same code.
	if (code === '53300' && message.includes('for role')) {
		return ofDatabase(driver, code, {
			message: 'this login holds as many connections as it may',
			remedy: 'Raise its limit with `lma org login limit`, or put PgBouncer in front.',
		});
	}
	// A socket file that is not there: nobody listens.
	const isSocketMissing = code === 'ENOENT' && syscall === 'connect';
	const knownCode = isSocketMissing ? 'ECONNREFUSED' : code;
	const known = findKnown(CONNECTION_ERRORS, knownCode);
	if (known) return failureOf(driver, knownCode, known);
	if (!/^08[0-9A-Z]{3}$/.test(code)) return undefined;
	return ofDatabase(driver, code, { message: 'the connection failed', remedy: 'Try again.' });
}

/** What this machine refuses: a connection to the database, or anything else, which is then not called one. */
export function systemFailure(driver: DriverError): LmaError | undefined {
	const { code, syscall, path, isOfDatabase, cause } = driver;
	const known = findKnown(SYSTEM_ERRORS, code);
	if (!known) return undefined;
	if (isOfDatabase && syscall === 'connect') return ofDatabase(driver, code, known);
	const where = path === undefined ? '' : `: ${withoutPersonalData(path).slice(0, 200)}`;
	return new LmaError(code, `${known.message}${where} (${code})`, known.remedy, { cause });
}

interface Words {
	message: string;
	remedy: string;
	/** Where the login was given as a URL. */
	remedyOfUrl?: string;
	/** Of another server than the database. */
	remedyElsewhere?: string;
}

/** Of the database where that is sure; otherwise by the bare code, of a server without a name. */
function failureOf(driver: DriverError, code: string, words: Words): ConnectionError {
	const { message, remedy, remedyElsewhere = remedy } = words;
	if (driver.isOfDatabase) {
		const shown = /^[a-z]/.test(message) ? `${message} (${code})` : message;
		return ofDatabase(driver, code, { ...words, message: shown });
	}
	const fact = `${message.charAt(0).toUpperCase()}${message.slice(1)} (${code})`;
	return new ConnectionError(code, fact, remedyElsewhere, { cause: driver.cause });
}

/** Names the server where it is known. */
function ofDatabase({ login, cause }: DriverError, code: string, words: Words): ConnectionError {
	const place = login ? ` (${placeOf(login)})` : '';
	const remedy = (login?.isOfUrl ? words.remedyOfUrl : undefined) ?? words.remedy;
	return new ConnectionError(`DATABASE_${code}`, `Database: ${words.message}${place}`, remedy, { cause });
}
