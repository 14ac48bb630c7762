import { once } from 'node:events';
import net from 'node:net';

/** A line between trigger and database that can be cut, and can go silent. */
export interface SilentProxy {
	port: number;
	/** From now on nothing gets through, in either direction, and nobody is told: old connections and new ones. */
	silence(): void;
	/** Connections made from now on work; those that went silent stay so. */
	heal(): void;
	/** Resets all connections and refuses new ones. */
	cut(): Promise<void>;
	/** Listens again, at the same port. */
	restore(): Promise<void>;
	stop(): Promise<void>;
}

/** Starts one before this server. */
export async function startProxy(target: { host: string; port: number }): Promise<SilentProxy> {
	const sockets = new Set<net.Socket>();
	let isSilent = false;
	const accept = (inner: net.Socket) => {
		const outer = net.connect(target.port, target.host);
		let isDeaf = isSilent;
		const hush = () => {
			isDeaf = true;
		};
		silences.add(hush);
		inner.on('data', (data) => isDeaf || outer.write(data));
		outer.on('data', (data) => isDeaf || inner.write(data));
		for (const [one, other] of [
			[inner, outer],
			[outer, inner],
		] as const) {
			sockets.add(one);
			one.on('error', () => undefined);
			one.on('close', () => {
				if (!isDeaf) other.destroy();
				silences.delete(hush);
				sockets.delete(one);
			});
		}
	};
	const silences = new Set<() => void>();
	let server = net.createServer(accept);
	const listen = async (port: number) => {
		server = net.createServer(accept).listen(port, '127.0.0.1');
		await once(server, 'listening');
	};
	const cut = async () => {
		const closed = once(server, 'close');
		server.close();
		for (const socket of sockets) socket.resetAndDestroy();
		await closed;
	};
	await listen(0);
	const { port } = server.address() as net.AddressInfo;
	return {
		port,
		silence() {
			isSilent = true;
			for (const hush of silences) hush();
		},
		heal() {
			isSilent = false;
		},
		cut,
		restore: () => listen(port),
		stop: () => (server.listening ? cut() : Promise.resolve()),
	};
}
