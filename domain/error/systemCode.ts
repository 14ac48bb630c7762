import { configuration, type KnownError, service } from './knownError';

const DISK_FULL = {
	...service,
	needsPerson: true,
	message: 'There is no room left on the disk',
	remedy: 'Make room, then try again.',
};
const NOT_ALLOWED = {
	...configuration,
	message: 'This machine does not let the program do that',
	remedy: 'Check the rights of files, folders and ports, and the firewall.',
};
const TOO_MANY_OPEN = {
	...service,
	needsPerson: true,
	message: 'Too many files and connections are open',
	remedy: 'Raise the limit on open files (ulimit -n).',
};
const NO_MEMORY = {
	...service,
	message: 'This machine has no memory left',
	remedy: 'Do less at once, or give it more.',
};

/** What the operating system refuses, whatever it was asked for: a file, a port, one more connection. */
export const SYSTEM_ERRORS: Readonly<Record<string, KnownError>> = {
	EACCES: NOT_ALLOWED,
	EPERM: NOT_ALLOWED,
	EROFS: NOT_ALLOWED,
	ENOSPC: DISK_FULL,
	EDQUOT: DISK_FULL,
	EMFILE: TOO_MANY_OPEN,
	ENFILE: TOO_MANY_OPEN,
	ENOMEM: NO_MEMORY,
	ENOBUFS: NO_MEMORY,
	ENOENT: {
		...configuration,
		message: 'A file or folder is missing',
		remedy: 'Check the path, or put it there.',
	},
	EISDIR: {
		...configuration,
		message: 'A folder is where a file should be',
		remedy: 'Check the path.',
	},
	ENOTDIR: {
		...configuration,
		message: 'A file is where a folder should be',
		remedy: 'Check the path.',
	},
	EADDRINUSE: {
		...configuration,
		message: 'Another program is using the port',
		remedy: 'Choose another port, or stop that program.',
	},
	EIO: {
		...service,
		needsPerson: true,
		message: 'A disk cannot be read or written',
		remedy: 'See the log of the machine.',
	},
};
