import { SingleBar } from 'cli-progress';

import type { InstallOptions } from '../n8n/install';
import type { Terminal } from '../terminal/terminal';

const quietMs = 15_000;

/** Shows how far the installation of n8n is: a bar on a terminal, else a line four times a minute. */
export function reportInstall(
	terminal: Terminal,
	signal: AbortSignal,
): Required<Pick<InstallOptions, 'onProgress'>> {
	let bar: SingleBar | undefined;
	let lastNote = 0;
	return {
		onProgress: (step) => {
			// npm takes a moment to give up.
			if (signal.aborted) {
				bar?.stop();
				return;
			}
			if (step.phase === 'waiting') {
				terminal.note('Another process is installing n8n; waiting for it…');
				return;
			}
			if (!bar && lastNote === 0) {
				terminal.note('Installing n8n in the background; only the first time, 2.8 GB, a few minutes…');
				lastNote = Date.now();
				if (process.stderr.isTTY) {
					bar = new SingleBar({
						format: '  {bar} {value}/{total} packages, {duration_formatted}',
						clearOnComplete: true,
					});
					bar.start(step.total, step.done);
				}
			}
			bar?.update(step.done);
			if (step.phase === 'finished') {
				bar?.stop();
				terminal.note('n8n is installed.');
			} else if (!bar && Date.now() - lastNote >= quietMs) {
				lastNote = Date.now();
				terminal.note(`  ${step.done} of ${step.total} packages`);
			}
		},
	};
}
