import { SingleBar } from 'cli-progress';

import type { Terminal } from '../terminal/terminal';

const QUIET_MS = 5_000;

/** Says how far a long import is: a bar on a terminal, else a line every few seconds. */
export function importProgress(terminal: Terminal): {
	start: (total: number) => void;
	update: (done: number) => void;
	stop: () => void;
} {
	let bar: SingleBar | undefined;
	let rows = 0;
	let lastNote = Date.now();
	const stop = () => {
		bar?.stop();
		bar = undefined;
	};
	return {
		stop,
		start: (total) => {
			stop();
			rows = total;
		},
		update: (done) => {
			if (process.stderr.isTTY) {
				if (!bar) {
					bar = new SingleBar({
						format: '  {bar} {value}/{total} rows, {eta_formatted} left',
						clearOnComplete: true,
					});
					bar.start(rows, 0);
				}
				bar.update(done);
			} else if (Date.now() - lastNote >= QUIET_MS) {
				lastNote = Date.now();
				terminal.note(`  ${done} of ${rows} rows`);
			}
		},
	};
}
