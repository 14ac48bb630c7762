/** A sleep that can be cut short. A ring while nobody sleeps is kept for the next sleep. */
export class Doorbell {
	#isRung = false;
	#wake: (() => void) | undefined;

	ring(): void {
		this.#isRung = true;
		this.#wake?.();
	}

	/** Forgets a ring that nobody has heard yet. */
	quiet(): void {
		this.#isRung = false;
	}

	/** Resolves with true as soon as rung, with false after `ms`. */
	async sleep(ms: number): Promise<boolean> {
		if (!this.#isRung) {
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, ms);
				this.#wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
			this.#wake = undefined;
		}
		const isRung = this.#isRung;
		this.#isRung = false;
		return isRung;
	}
}
