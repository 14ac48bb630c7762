import net from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { connect } from '../../../db/connection/client';
import { adopt } from '../../../schema/adopt/adopt';
import { migrate } from '../../../schema/migration/migrate';
import { createLog } from '../../../worker/log';
import { trackOutages } from '../../../worker/outage';
import { QUEUES } from '../../../worker/queue/jobs';
import { openQueues } from '../../../worker/queue/queues';
import { selfSignedCertificate } from '../../nodes/Lma/certificate';

const { cert, key } = selfSignedCertificate('localhost');
const SSL_REQUEST = 80_877_103;
const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);

let server: net.Server;
/** In which way the client told who it is; nothing where it did not, as it thought nothing of the certificate. */
let introduced: Set<'plain' | 'encrypted'>;

beforeAll(async () => {
	server = net.createServer(meet).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
});
beforeEach(() => {
	introduced = new Set();
});
afterAll(() => {
	server.close();
});

/** Encrypts when asked to, with a certificate of its own making, and turns everybody away. */
function meet(socket: net.Socket): void {
	socket.on('error', () => undefined);
	socket.once('data', (first) => {
		if (first.readInt32BE(4) !== SSL_REQUEST) {
			introduced.add('plain');
			socket.end(refusal());
			return;
		}
		socket.write('S');
		const inside = new tls.TLSSocket(socket, { isServer: true, cert, key });
		inside.on('error', () => socket.destroy());
		inside.once('data', () => {
			introduced.add('encrypted');
			inside.end(refusal());
		});
	});
}

function refusal(): Buffer {
	const fields = 'SFATAL\0VFATAL\0C28P01\0Mnobody may enter\0\0';
	const message = Buffer.alloc(5 + fields.length);
	message.write('E', 0);
	message.writeInt32BE(4 + fields.length, 1);
	message.write(fields, 5);
	return message;
}

/** Everything that connects with DATABASE_URL or DATABASE_OWNER_URL. */
const clients: Record<string, (url: string) => Promise<unknown>> = {
	async 'the worker'(url) {
		const sql = connect(url, { max: 1 });
		try {
			await sql`select 1`;
		} finally {
			await sql.end({ timeout: 0 });
		}
	},
	async 'the queues'(databaseUrl) {
		const log = createLog('silent');
		const queue = openQueues({ databaseUrl, log, outages: trackOutages(log) }).queue(QUEUES.dispatch);
		try {
			await queue.waitUntilReady();
		} finally {
			await queue.close();
		}
	},
	'lma migrate': (url) => migrate(url),
	'lma adopt': (url) => adopt(url),
};

const decisions = [
	['', 'plain'],
	['?sslmode=disable', 'plain'],
	['?sslmode=prefer', 'encrypted'],
	['?sslmode=require', 'encrypted'],
	['?sslmode=verify-full', 'refused'],
	['?sslmode=verify-ca', 'refused'],
	['?sslmode=no-such-mode', 'refused'],
] as const;

test.each(
	Object.keys(clients).flatMap((name) => decisions.map(([query, decision]) => ({ name, query, decision }))),
)(
	'$name, a URL that ends in "$query", and a certificate that nobody knows: $decision',
	async ({ name, query, decision }) => {
		const { port } = server.address() as net.AddressInfo;
		await expect(clients[name]?.(`postgres://u:p@localhost:${port}/d${query}`)).rejects.toThrow();
		expect([...introduced]).toEqual(decision === 'refused' ? [] : [decision]);
		// `pg` would, of modes that it takes for others.
		expect(warned).not.toHaveBeenCalled();
	},
);
