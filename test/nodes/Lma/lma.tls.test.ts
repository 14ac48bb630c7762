import net from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeConnections } from '../../../nodes/credential/connection';
import { selfSignedCertificate } from './certificate';
import { openLma, runLma, type CredentialFields, type LmaUnderTest } from './lma';

const { cert, key } = selfSignedCertificate('localhost');
let lma: LmaUnderTest;
let withTls: net.Server;
let plainRefused: net.Server;

beforeAll(async () => {
	lma = await openLma();
	withTls = await listen((socket) => {
		encrypted(socket);
	});
	plainRefused = await listen(refusePlain);
});
afterAll(async () => {
	await closeConnections();
	withTls.close();
	plainRefused.close();
	await lma.close();
});

/** PostgreSQL with TLS: agrees to encrypt, and passes what is inside on to the real server. */
function encrypted(socket: net.Socket): void {
	socket.on('error', () => undefined);
	socket.once('data', () => {
		socket.write('S');
		const inside = new tls.TLSSocket(socket, { isServer: true, cert, key });
		const real = net.connect(lma.credential.port, lma.credential.host);
		inside.on('error', () => real.destroy()).on('close', () => real.destroy());
		real.on('error', () => socket.destroy()).on('close', () => socket.destroy());
		inside.pipe(real).pipe(inside);
	});
}

/** PostgreSQL whose pg_hba.conf has `hostssl` lines only, in its own words. */
function refusePlain(socket: net.Socket): void {
	const fields =
		'SFATAL\0VFATAL\0C28000\0Mno pg_hba.conf entry for host "10.0.0.1", user "x", database "y", no encryption\0\0';
	const message = Buffer.alloc(5 + fields.length);
	message.write('E', 0);
	message.writeInt32BE(4 + fields.length, 1);
	message.write(fields, 5);
	socket.on('error', () => undefined).once('data', () => socket.end(message));
}

async function listen(connection: (socket: net.Socket) => void): Promise<net.Server> {
	const server = net.createServer(connection).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	return server;
}

async function outcomeOf(server: net.Server, fields: Partial<CredentialFields>): Promise<string> {
	const { port } = server.address() as net.AddressInfo;
	const credential = { ...lma.credential, host: 'localhost', port, ...fields };
	const { error, outputs } = await runLma(credential, 'user.getMany', {}, [{}]);
	return error ? `${error.message}. ${String(error.description)}` : `${String(outputs[0]?.length)} users`;
}

describe('a server with a certificate of its own making', () => {
	test('is used with "require"', async () => {
		expect(await outcomeOf(withTls, { ssl: 'require' })).toBe('3 users');
	});

	test('is refused with "verify-full"', async () => {
		expect(await outcomeOf(withTls, { ssl: 'verify-full' })).toMatch(
			/certificate was not accepted.*Give the CA certificate/,
		);
	});

	test('is used with "verify-full" and its certificate, also without line breaks', async () => {
		expect(await outcomeOf(withTls, { ssl: 'verify-full', caCertificate: cert })).toBe('3 users');
		expect(await outcomeOf(withTls, { ssl: 'verify-full', caCertificate: cert.replaceAll('\n', ' ') })).toBe(
			'3 users',
		);
	});

	test('is refused under another host name', async () => {
		const text = await outcomeOf(withTls, { ssl: 'verify-full', caCertificate: cert, host: '127.0.0.1' });
		expect(text).toMatch(/certificate was not accepted.*exact host name/);
	});

	test('is refused with the certificate of another authority', async () => {
		const other = selfSignedCertificate('localhost').cert;
		expect(await outcomeOf(withTls, { ssl: 'verify-full', caCertificate: other })).toMatch(
			/certificate was not accepted/,
		);
	});
});

test('a server that insists on TLS is named so', async () => {
	expect(await outcomeOf(plainRefused, { ssl: 'disable' })).toMatch(/without TLS.*"require"/);
});
