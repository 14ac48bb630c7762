import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { type Calls, listenForCalls } from '../../worker/calls';
import { createLog } from '../../worker/log';
import { startTcpProxy, type TcpProxy } from './support/tcpProxy';
import { until, World } from './support/world';

let world: World;
let line: TcpProxy;
let calls: Calls | undefined;

beforeAll(async () => {
	world = await World.create();
	line = await startTcpProxy(world.database.workerUrl);
});
afterEach(async () => {
	await calls?.stop();
	line.mend();
});
afterAll(async () => {
	await world.destroy();
	await line.stop();
});

/** Listens, and counts what it hears. */
function listen() {
	const lines: string[] = [];
	const log = createLog('info', { write: (text: string) => void lines.push(text) });
	const heard = { dispatch: 0, workflows: 0 };
	calls = listenForCalls({ sql: world.workerSql, config: { databaseUrl: line.url }, log });
	const stop = calls.on('dispatch', () => void (heard.dispatch += 1));
	calls.on('workflows', () => void (heard.workflows += 1));
	return { lines, heard, stop };
}

const call = (name: string) => world.sql`
	select pg_notify(channel, '')
	from lma.worker_channels
	where name = ${name}`;

it('each call wakes whom it is for, and the beginning wakes all', async () => {
	const { heard, stop } = listen();
	await until(() => expect(heard).toEqual({ dispatch: 1, workflows: 1 }));
	await call('dispatch');
	await until(() => expect(heard).toEqual({ dispatch: 2, workflows: 1 }));
	stop();
	await call('dispatch');
	await call('workflows');
	await until(() => expect(heard).toEqual({ dispatch: 2, workflows: 2 }));
});

it('calls that were lost with the connection are made up for as soon as there is another', async () => {
	const { lines, heard } = listen();
	await until(() => expect(heard.dispatch).toBe(1));
	line.cut();
	await call('dispatch');
	await until(() => expect(lines).toHaveLength(1));
	expect(lines[0]).toContain('looking every few seconds instead');
	line.mend();
	await until(() => expect(heard).toEqual({ dispatch: 2, workflows: 2 }));
	await call('workflows');
	await until(() => expect(heard).toEqual({ dispatch: 2, workflows: 3 }));
	expect(lines).toHaveLength(1);
});
