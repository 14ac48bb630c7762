import type { Terminal } from '../cli/terminal/terminal';

/** Says what is going on and how long it has taken: every change on a terminal, every few seconds elsewhere. */
export class Progress {
	private readonly begun = Date.now();
	private lastShown = 0;

	constructor(
		private readonly terminal: Terminal,
		private readonly everyMs = process.stderr.isTTY ? 250 : 5_000,
	) {}

	show(text: string): void {
		const now = Date.now();
		if (now - this.lastShown < this.everyMs) return;
		this.lastShown = now;
		const seconds = Math.round((now - this.begun) / 1000);
		this.terminal.note(`${String(seconds).padStart(5)} s  ${text}`);
	}

	/** Says how long it took altogether. */
	end(): void {
		this.terminal.note(`${String(Math.round((Date.now() - this.begun) / 1000)).padStart(5)} s  done`);
	}
}
