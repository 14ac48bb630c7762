import { execFileSync } from 'node:child_process';

/** Runs a program in `folder` and gives what it printed. Throws when it fails; what it says of that goes to our standard error. */
export function runCommand(folder: string, command: string, args: string[]): string {
	return execFileSync(command, args, {
		cwd: folder,
		encoding: 'utf8',
		maxBuffer: 64 * 2 ** 20,
		stdio: ['ignore', 'pipe', 'inherit'],
	}).trim();
}
