import { SingleBar } from 'cli-progress';

import type { AdoptOptions } from '../../schema/adopt/adopt';
import type { Terminal } from '../terminal/terminal';

const quietMs = 5_000;

/** Says each step, and how far a long one is: a bar on a terminal, else a line every few seconds. */
export function adoptionProgress(terminal: Terminal): {
	listeners: Required<Pick<AdoptOptions, 'onStep' | 'onProgress' | 'onWait'>>;
	stop(): void;
} {
	let bar: SingleBar | undefined;
	let lastNote = 0;
	const stop = () => {
		bar?.stop();
		bar = undefined;
	};
	return {
		stop,
		listeners: {
			onStep: ({ title }) => {
				stop();
				terminal.note(`  ${title}`);
			},
			onWait: (table) => {
				if (Date.now() - lastNote < quietMs) return;
				lastNote = Date.now();
				terminal.note(`  ${table ?? 'a table'} is in use; asking again…`);
			},
			onProgress: ({ done, total }) => {
				if (process.stderr.isTTY) {
					if (!bar) {
						bar = new SingleBar({
							format: '  {bar} {value}/{total} rows, {eta_formatted} left',
							clearOnComplete: true,
						});
						bar.start(Math.max(total, done), done);
					}
					bar.setTotal(Math.max(total, done));
					bar.update(done);
				} else if (Date.now() - lastNote >= quietMs) {
					lastNote = Date.now();
					terminal.note(`  ${done} of about ${Math.max(total, done)} rows`);
				}
			},
		},
	};
}
