import { InvalidArgumentError } from 'commander';

/**
 * Reads an option or an argument that is a whole number, written in digits alone.
 * @param what for a sentence: `connections`
 * @returns a parser that throws InvalidArgumentError, which is wrong usage, for anything else
 */
export function wholeNumber(what: string, lowest: number, highest: number): (text: string) => number {
	return (text) => {
		const number = Number(text);
		if (/^\d+$/.test(text) && number >= lowest && number <= highest) return number;
		throw new InvalidArgumentError(`It must be a whole number of ${what}, from ${lowest} to ${highest}.`);
	};
}
