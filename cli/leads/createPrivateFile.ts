import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';

import { CommandFailedError } from '../terminal/failure';

/** A file that is there once it is whole. */
export interface PrivateFile {
	write(text: string): Promise<void>;
	/** Puts what was written in the place of what was there. */
	keep(): Promise<void>;
	/** Ends it; without `keep` nothing was written. Can be repeated. */
	close(): Promise<void>;
}

/**
 * Creates a file that only its owner can read: it holds addresses. It is written beside its place, and takes it with `keep`:
 * until then, what was there stays as it is. What is there and is no file, such as `/dev/stdout`, is written to at once.
 *
 * @throws CommandFailedError when it cannot be written
 */
export async function createPrivateFile(path: string): Promise<PrivateFile> {
	const target = await realpath(path).catch(() => path);
	const isPlain = await stat(target).then(
		(found) => found.isFile(),
		() => true,
	);
	const place = isPlain ? `${target}.${randomUUID().slice(0, 8)}.part` : target;
	const file = await writing(path, () => open(place, isPlain ? 'wx' : 'w', 0o600));
	let isOpen = true;
	const close = async () => {
		if (!isOpen) return;
		isOpen = false;
		await file.close();
		if (isPlain) await rm(place, { force: true });
	};
	return {
		write: (text) => writing(path, () => file.writeFile(text)),
		keep: async () => {
			if (isPlain) await writing(path, () => rename(place, target));
			await close();
		},
		close,
	};
}

/** What went wrong with a file, in words. @throws CommandFailedError in the place of the system's error */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		const { code = 'unknown error' } = error as NodeJS.ErrnoException;
		throw new CommandFailedError(`${path} cannot be written: ${code}. Check the path and its permissions.`);
	}
}
