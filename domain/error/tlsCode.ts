/**
 * What Node.js calls OpenSSL's reasons not to trust a certificate (`X509Pointer::ErrorCode` in deps/ncrypto/ncrypto.cc).
 *
 * @internal a test compares them with what Node.js has
 */
export const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
	'CERT_CHAIN_TOO_LONG',
	'CERT_HAS_EXPIRED',
	'CERT_NOT_YET_VALID',
	'CERT_REJECTED',
	'CERT_REVOKED',
	'CERT_SIGNATURE_FAILURE',
	'CERT_UNTRUSTED',
	'CRL_HAS_EXPIRED',
	'CRL_NOT_YET_VALID',
	'CRL_SIGNATURE_FAILURE',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'ERROR_IN_CERT_NOT_AFTER_FIELD',
	'ERROR_IN_CERT_NOT_BEFORE_FIELD',
	'ERROR_IN_CRL_LAST_UPDATE_FIELD',
	'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
	'HOSTNAME_MISMATCH',
	'INVALID_CA',
	'INVALID_PURPOSE',
	'OUT_OF_MEM',
	'PATH_LENGTH_EXCEEDED',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
	'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
	'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
	'UNABLE_TO_GET_CRL',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	// All other reasons of OpenSSL, such as a key that is too short.
	'UNSPECIFIED',
]);

/** Whether the other side's certificate was not accepted. */
export function isCertificateCode(code: string): boolean {
	return CERTIFICATE_CODES.has(code) || code.startsWith('ERR_TLS_CERT_');
}

/**
 * Whether a code is about TLS: certificates, or of the families that Node.js makes for itself and from OpenSSL's errors. Of
 * those of OpenSSL's that begin with `ERR_OSSL_` the ones about a certificate that was given: others are of ciphers, keys
 * and hashes.
 */
export function isTlsCode(code: string): boolean {
	return isCertificateCode(code) || code === 'EPROTO' || /^ERR_(SSL|TLS|OSSL_(ASN1|PEM|X509))_/.test(code);
}

/**
 * Whether a code says that a TLS connection never came about, so that nothing was sent over it. Certificates are checked
 * before; of OpenSSL's other reasons most, such as a bad record, may come in the middle of an answer.
 */
export function isHandshakeCode(code: string): boolean {
	return isCertificateCode(code) || HANDSHAKE_REASON.test(code);
}

/** With what OpenSSL puts in front: `ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION`, `ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE`. */
const HANDSHAKE_REASON =
	/^ERR_SSL_(.+_)?(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|NO_PROTOCOLS_AVAILABLE|PROTOCOL_VERSION|UNRECOGNIZED_NAME|UNSUPPORTED_PROTOCOL|WRONG_VERSION_NUMBER)$/;
