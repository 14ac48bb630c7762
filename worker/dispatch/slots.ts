/**
 * A number of places, given out in the order of asking. With p-limit, who has waited too long could not leave the line: it
 * would learn so when its turn comes, long after its lease.
 */
export class Slots {
	readonly #waiting = new Set<() => void>();
	#free: number;

	constructor(places: number) {
		this.#free = places;
	}

	/** Resolves with whether there is a place: false when `tooLate` was aborted first. Give it back with `leave`. */
	async enter(tooLate: AbortSignal): Promise<boolean> {
		if (tooLate.aborted) return false;
		if (this.#free > 0) {
			this.#free--;
			return true;
		}
		return new Promise<boolean>((resolve) => {
			const settle = (gotIn: boolean) => {
				this.#waiting.delete(getIn);
				tooLate.removeEventListener('abort', giveUp);
				resolve(gotIn);
			};
			const getIn = () => {
				settle(true);
			};
			const giveUp = () => {
				settle(false);
			};
			this.#waiting.add(getIn);
			tooLate.addEventListener('abort', giveUp);
		});
	}

	leave(): void {
		const [next] = this.#waiting;
		if (next) next();
		else this.#free++;
	}
}
