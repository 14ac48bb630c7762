import { createSign, generateKeyPairSync } from 'node:crypto';

/** A certificate that no authority vouches for, for `host`, with its key. Both PEM. Valid for the years 2020–2049. */
export function selfSignedCertificate(host: string): { cert: string; key: string } {
	const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const algorithm = sequence(objectId(SHA256_WITH_RSA), der(0x05));
	const name = sequence(der(0x31, sequence(objectId(COMMON_NAME), der(0x0c, Buffer.from(host)))));
	const alternativeName = sequence(der(0x82, Buffer.from(host)));
	const toSign = sequence(
		der(0xa0, der(0x02, Buffer.from([2]))),
		der(0x02, Buffer.from([1])),
		algorithm,
		name,
		sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z'))),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
		der(0xa3, sequence(sequence(objectId(SUBJECT_ALT_NAME), der(0x04, alternativeName)))),
	);
	const signature = createSign('sha256').update(toSign).sign(privateKey);
	const certificate = sequence(toSign, algorithm, der(0x03, Buffer.from([0]), signature));
	const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
	return {
		cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
	};
}

// Object identifiers in their DER encoding.
const SHA256_WITH_RSA = '2a864886f70d01010b';
const COMMON_NAME = '550403';
const SUBJECT_ALT_NAME = '551d11';

function objectId(hex: string): Buffer {
	return der(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: Buffer[]): Buffer {
	return der(0x30, ...parts);
}

/** One DER element: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
	const content = Buffer.concat(parts);
	if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
	const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
	return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}
