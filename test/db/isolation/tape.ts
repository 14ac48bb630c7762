/** Random numbers, drawn in turn, that become choices. Round and round when there are too few. */
export class Tape {
	#position = 0;

	constructor(readonly numbers: readonly number[]) {}

	pick<T>(items: readonly T[]): T {
		const number = this.numbers[this.#position++ % this.numbers.length] ?? 0;
		const item = items[number % items.length];
		if (item === undefined) throw new Error('There is nothing to choose from');
		return item;
	}

	/** One time in `odds`. */
	chance(odds: number): boolean {
		return this.pick(Array.from({ length: odds }, (_, n) => n === 0));
	}
}
