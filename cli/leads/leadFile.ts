import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { LeadFile } from '../../domain/leadFile/leadFile';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';

/**
 * Runs `work` on the file at a path, or on standard input when that is `-`: that, and any pipe, can be read once only and is put
 * aside in a file of its own, which only this user can read, until `work` is done.
 *
 * @throws CommandFailedError when there is nothing on standard input
 */
export async function withLeadFile<T>(
	path: string,
	terminal: Terminal,
	work: (file: LeadFile) => Promise<T>,
): Promise<T> {
	if (path === '-') {
		const input = terminal.openInput ? terminal.openInput() : await terminal.readInput();
		if (input === null)
			throw new CommandFailedError('Standard input is a keyboard. Give a file, or pipe one in.', true);
		return await withCopy(typeof input === 'string' ? [input] : input, 'standard input', work);
	}
	const found = await stat(path).catch(() => undefined);
	const isReadOnce = found !== undefined && !found.isFile() && !found.isDirectory();
	if (isReadOnce) return await withCopy(openFile(path), basename(path), work);
	return await work({ name: basename(path), open: () => openFile(path) });
}

async function withCopy<T>(
	input: Iterable<string> | AsyncIterable<string | Uint8Array> | NodeJS.ReadableStream,
	name: string,
	work: (file: LeadFile) => Promise<T>,
): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), 'lma-import-'));
	try {
		const copy = join(folder, 'leads.csv');
		await pipeline(input, createWriteStream(copy, { mode: 0o600 }));
		return await work({ name, open: () => openFile(copy) });
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function* openFile(path: string): AsyncGenerator<Uint8Array> {
	try {
		yield* createReadStream(path) as AsyncIterable<Buffer>;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') throw new CommandFailedError(`The file ${path} does not exist. Check the path.`);
		if (code === 'EISDIR') throw new CommandFailedError(`${path} is a folder. Name the CSV file in it.`);
		if (code === 'EACCES')
			throw new CommandFailedError(`You are not allowed to read ${path}. Check its permissions.`);
		throw error;
	}
}
