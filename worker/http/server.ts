import fastify, { type FastifyInstance } from 'fastify';

import { codeOf, ErrorCause } from '../../domain/error/errorCause';
import { LmaError } from '../../domain/error/errors';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Readiness } from './readiness';

export interface HttpOptions {
	host: string;
	/** 0 takes any free port. */
	port: number;
	metrics: Metrics;
	/** Milliseconds since the loop of a part, of all the longest, should have given a sign of life. */
	idleMs(): number;
	readiness(): Promise<Readiness>;
	log: Log;
}

/** A part whose loop has given no sign of life for so long hangs. */
const HUNG_AFTER_MS = 60_000;

/** The routes, without a port: `/health`, `/ready`, `/metrics`. */
export function createHttpServer({
	metrics,
	idleMs,
	readiness,
	log,
}: Omit<HttpOptions, 'host' | 'port'>): FastifyInstance {
	const server = fastify({ logger: false, forceCloseConnections: true });
	server.setErrorHandler(async (error, request, reply) => {
		log.error({ err: error, route: request.routeOptions.url }, 'a request could not be answered');
		return reply.code(500).send({ status: 'failed', reason: 'See the log of the worker.' });
	});
	// For "should this process be restarted?": says nothing about database and queue, a restart does not mend them.
	server.get('/health', async (_request, reply) => {
		const idle = Math.round(idleMs());
		const status = idle < HUNG_AFTER_MS ? 'ok' : 'hung';
		return reply
			.code(status === 'ok' ? 200 : 503)
			.send({ status, uptimeSeconds: Math.round(process.uptime()) });
	});
	server.get('/ready', async (_request, reply) => {
		const state = await readiness();
		return reply.code(state.ready ? 200 : 503).send(state);
	});
	server.get('/metrics', async (_request, reply) =>
		reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
	);
	return server;
}

/**
 * Starts to listen. Returns the URL.
 * @throws LmaError `PORT_TAKEN` or `CANNOT_LISTEN`, naming the variable to change.
 */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
	try {
		return await server.listen({ host, port });
	} catch (error) {
		const code = codeOf(error) || 'unknown';
		const cause = new ErrorCause(error);
		if (code === 'EADDRINUSE') {
			throw new LmaError(
				'PORT_TAKEN',
				`Port ${port} on ${host} is taken by another program`,
				'Set LMA_HTTP_PORT to a free port, or stop the other program.',
				{ cause },
			);
		}
		throw new LmaError(
			'CANNOT_LISTEN',
			`The worker cannot listen on ${host}:${port} (${code})`,
			'Set LMA_HTTP_HOST to an address of this machine and LMA_HTTP_PORT to a port from 1024 on.',
			{ cause },
		);
	}
}
