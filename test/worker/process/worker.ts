import { startWorker, type WorkerTuning } from '../../../worker/main';
import { loadConfig } from '../../../worker/config';

/**
 * A worker as a process of its own, for tests that kill it. Configured by the environment; LMA_TEST_TUNING holds the
 * tuning as JSON. Says `started <url>` when it runs, and `stopped` after SIGTERM.
 */
async function main(): Promise<void> {
	const tuning = JSON.parse(process.env['LMA_TEST_TUNING'] ?? '{}') as WorkerTuning;
	const worker = await startWorker(loadConfig(), { ...tuning, logDestination: { write: () => undefined } });
	process.once('SIGTERM', () => {
		void worker.stop().then(() => {
			console.log('stopped');
			// As `lma worker` does.
			// eslint-disable-next-line no-restricted-globals -- the last resort, which a process waits for no longer than this
			setTimeout(() => process.exit(), 100).unref();
		});
	});
	console.log(`started ${worker.url}`);
}

void main();
