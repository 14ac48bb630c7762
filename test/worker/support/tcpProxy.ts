import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
	/** The URL it was made for, by way of the proxy. */
	url: string;
	/** Cuts every connection and accepts none. */
	cut(): void;
	mend(): void;
	stop(): Promise<void>;
}

/** A cable that can be pulled, between a worker and a server. */
export async function startTcpProxy(targetUrl: string): Promise<TcpProxy> {
	const target = new URL(targetUrl);
	const open = new Set<Socket>();
	let isCut = false;
	const server = createServer((near) => {
		near.on('error', () => undefined);
		if (isCut) return near.destroy();
		const far = connect(Number(target.port), target.hostname.replace(/^\[|\]$/g, ''));
		far.on('error', () => near.destroy());
		for (const socket of [near, far]) {
			open.add(socket);
			socket.on('close', () => {
				open.delete(socket);
				near.destroy();
				far.destroy();
			});
		}
		near.pipe(far).pipe(near);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = new URL(targetUrl);
	url.hostname = '127.0.0.1';
	url.port = String((server.address() as AddressInfo).port);
	const cut = () => {
		isCut = true;
		for (const socket of open) socket.destroy();
	};
	return {
		url: url.toString(),
		cut,
		mend: () => void (isCut = false),
		stop: () =>
			new Promise((resolve) => {
				cut();
				server.close(() => resolve());
			}),
	};
}
