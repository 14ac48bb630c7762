import { once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

const NOT_FOUND = { status: 404, body: { message: 'not found' }, headers: {} };

/**
 * An n8n that answers by method and path; anything else is 404. Ends with the test. Returns its address and what it was
 * asked.
 */
export async function startScriptedN8n(
	answers: Record<string, { status?: number; body: unknown; headers?: Record<string, string> }>,
) {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		const key = `${request.method} ${request.url}`;
		asked.push(key);
		const { status = 200, body, headers } = answers[key] ?? NOT_FOUND;
		response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
	});
	const stop = async () => {
		server.closeAllConnections();
		await new Promise<void>((resolve) => server.close(() => resolve()));
	};
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(stop);
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return { url: `http://127.0.0.1:${port}`, asked, stop };
}
