import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod/v4';

const lockSchema = z.object({
	packages: z.record(
		z.string(),
		z.object({ os: z.array(z.string()).optional(), cpu: z.array(z.string()).optional() }),
	),
});

/** Counts the packages of a lock file that npm has unpacked so far. npm itself says nothing unless on a terminal. */
export class InstallProgress {
	readonly total: number;
	private missing: string[];

	constructor(private readonly folder: string) {
		const lock = lockSchema.parse(JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')));
		this.missing = Object.entries(lock.packages)
			.filter(([path, { os, cpu }]) => path && allows(os, process.platform) && allows(cpu, process.arch))
			.map(([path]) => path);
		this.total = this.missing.length;
	}

	/** Packages unpacked, 0 to `total`. Optional ones that do not fit this machine's C library never appear. */
	count(): number {
		this.missing = this.missing.filter((path) => !existsSync(join(this.folder, path, 'package.json')));
		return this.total - this.missing.length;
	}
}

/** npm's rule for `os` and `cpu`: names that are allowed, or names with `!` that are not. */
function allows(list: string[] | undefined, value: string): boolean {
	if (!list) return true;
	if (list.includes(`!${value}`)) return false;
	return list.includes(value) || list.every((entry) => entry.startsWith('!'));
}
