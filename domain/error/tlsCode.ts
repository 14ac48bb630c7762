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

/** Whether a code is about TLS: certificates, or of the families that Node.js makes for itself and from OpenSSL's errors. */
export function isTlsCode(code: string): boolean {
	return isCertificateCode(code) || code === 'EPROTO' || /^ERR_(SSL|OSSL|TLS)_/.test(code);
}
