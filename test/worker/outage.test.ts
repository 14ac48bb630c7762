import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSmtpSink, type SmtpSink } from './support/smtpSink';
import { startTcpProxy, type TcpProxy } from './support/tcpProxy';
import { until, World } from './support/world';

describe('without PostgreSQL for a while', () => {
	let world: World;
	let smtp: SmtpSink;
	let database: TcpProxy;

	beforeEach(async () => {
		world = await World.create();
		smtp = await startSmtpSink();
		database = await startTcpProxy(world.database.workerUrl);
	});
	afterEach(async () => {
		await world.destroy();
		await Promise.all([database.stop(), smtp.stop()]);
	});

	it('the worker says so once in its log and in words in /ready, and then goes on', async () => {
		const worker = await world.startWorker({ smtpUrl: smtp.url, databaseUrl: database.url });
		const [first = 0] = await world.schedule([{}]);
		await world.untilStatus([first], 'completed');
		database.cut();
		const during = await world.schedule([{}, {}]);
		await until(async () => {
			const response = await fetch(`${worker.url}/ready`);
			expect(response.status).toBe(503);
			expect(await response.json()).toMatchObject({
				ready: false,
				database: expect.stringMatching(/^Database: .+\. .+/) as string,
			});
		});
		database.mend();
		await world.untilStatus(during, 'completed', 25_000);
		await until(async () => expect((await fetch(`${worker.url}/ready`)).status).toBe(200), 25_000);
		// The ear for new schedules is back as well: nothing waits for the next look around.
		const [after = 0] = await world.schedule([{}]);
		await world.untilStatus([after], 'completed');
		expect(smtp.received).toHaveLength(4);
		const outages = world.log.filter(
			(line) => line.includes('"server":"database"') && line.includes('cannot be reached'),
		);
		expect(outages.length).toBeLessThanOrEqual(2);
	});

	it('the worker refuses to start, in words', async () => {
		await database.stop();
		await expect(world.startWorker({ databaseUrl: database.url })).rejects.toMatchObject({
			message: expect.stringMatching(/^Database: /) as string,
			description: expect.stringMatching(/./) as string,
		});
	});
});
