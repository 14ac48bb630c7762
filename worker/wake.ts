/** A sleep that can be cut short. A call while nobody sleeps is kept for the next sleep. */
export class Wake {
	#pending = false;
	#wake: (() => void) | undefined;

	call(): void {
		this.#pending = true;
		this.#wake?.();
	}

	/** Resolves after `ms`, or as soon as called. */
	async sleep(ms: number): Promise<void> {
		if (!this.#pending) {
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, ms);
				this.#wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
			this.#wake = undefined;
		}
		this.#pending = false;
	}
}
