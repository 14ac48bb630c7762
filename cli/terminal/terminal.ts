import { once } from 'node:events';
import { text as readStream } from 'node:stream/consumers';

import { printable, printableOrJson } from './printable';

/** What a command sees of the outside world; a test gives its own. */
export interface Terminal {
	env: NodeJS.ProcessEnv;
	/** Writes one line of result to standard output. */
	print(line: string): void;
	/** Writes one line for people, progress and warnings, to standard error. */
	note(line: string): void;
	/** Everything on standard input; null when it is a keyboard. */
	readInput(): Promise<string | null>;
	/** The bytes of standard input as they come; null when it is a keyboard. Where there is none, `readInput` has them. */
	openInput?(): AsyncIterable<Uint8Array> | null;
	/** Writes to standard output as it is, and waits while nobody takes it. Where there is none, `print` does it. */
	write?(text: string): Promise<void>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
	return {
		env: process.env,
		print: (line) => process.stdout.write(`${printableOrJson(line)}\n`),
		note: (line) => process.stderr.write(`${printable(line)}\n`),
		readInput: () => (process.stdin.isTTY ? Promise.resolve(null) : readStream(process.stdin)),
		openInput: () => (process.stdin.isTTY ? null : (process.stdin as AsyncIterable<Buffer>)),
		write: async (text) => {
			if (!process.stdout.write(text)) await once(process.stdout, 'drain');
		},
	};
}
