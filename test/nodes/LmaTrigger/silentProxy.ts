import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import net from 'node:net';

/** A line between trigger and database that can be cut, and can go silent. */
export interface SilentProxy {
	port: number;
	/** How often this process has tried to connect here, whether it was let in or not. */
	readonly attempts: number;
	/** Chunks of data that the database has sent and that got through. */
	readonly answers: number;
	/** Chunks of data that were lost in the silence. */
	readonly lost: number;
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
	let answers = 0;
	let lost = 0;
	let attempts = 0;
	const count = (message: unknown) => {
		const { socket } = message as { socket: net.Socket };
		socket.once('connectionAttempt', (_host: string, to: number) => void (attempts += to === port ? 1 : 0));
	};
	subscribe('net.client.socket', count);
	const accept = (inner: net.Socket) => {
		const outer = net.connect(target.port, target.host);
		let isDeaf = isSilent;
		const hush = () => {
			isDeaf = true;
		};
		silences.add(hush);
		inner.on('data', (data) => (isDeaf ? lost++ : outer.write(data)));
		outer.on('data', (data) => {
			if (isDeaf) lost++;
			else inner.write(data, () => answers++);
		});
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
		get attempts() {
			return attempts;
		},
		get answers() {
			return answers;
		},
		get lost() {
			return lost;
		},
		silence() {
			isSilent = true;
			for (const hush of silences) hush();
		},
		heal() {
			isSilent = false;
		},
		cut,
		restore: () => listen(port),
		async stop() {
			unsubscribe('net.client.socket', count);
			if (server.listening) await cut();
		},
	};
}
