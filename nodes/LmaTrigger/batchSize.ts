/** PostgreSQL cannot build the answer, or the driver cannot read it: fewer events make a smaller one. */
const TOO_LARGE = /^(54000|53200|XX000|ERR_STRING_TOO_LONG)$/;

/**
 * How many events to claim at once: as many as wished, fewer after an answer that was too large. Events hold values of up
 * to 16 MB before and after, and PostgreSQL makes no JSON array above 256 MB.
 */
export class BatchSize {
	#now: number;

	constructor(private readonly wished: number) {
		this.#now = wished;
	}

	get now(): number {
		return this.#now;
	}

	/** A batch was dealt with: the next may be twice as large. */
	grow(): void {
		this.#now = Math.min(this.wished, this.#now * 2);
	}

	/** Halves it. False when `error` says nothing about size, or one event alone is too large. */
	shrink(error: unknown): boolean {
		const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
		if (this.#now === 1 || !TOO_LARGE.test(code)) return false;
		this.#now = Math.floor(this.#now / 2);
		return true;
	}
}
