import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { MemoryPeak } from './n8n/meter';

/** What n8n says of one execution. */
export interface RunReport {
	/** n8n's `executionTime` of the node, in milliseconds. */
	nodeMs: number;
	/** Memory, items and how many of them are errors; null when the execution did not get that far. */
	meter: (MemoryPeak & { items: number; failed: number }) | null;
	error: string | null;
}

/** Hears from n8n, on loopback, when an execution has ended. */
export class ReportListener {
	private waiting: { resolve: (report: RunReport) => void } | undefined;

	private constructor(
		private readonly server: Server,
		readonly url: string,
	) {}

	static async open(): Promise<ReportListener> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const listener = new ReportListener(server, `http://127.0.0.1:${port}`);
		server.on('request', (request, response) => {
			void text(request).then((body) => {
				response.end();
				listener.waiting?.resolve(JSON.parse(body) as RunReport);
			});
		});
		return listener;
	}

	/** The next execution that ends. One at a time. */
	next(): Promise<RunReport> {
		return new Promise((resolve) => {
			this.waiting = { resolve };
		});
	}

	close(): void {
		this.server.close();
		this.server.closeAllConnections();
	}
}
