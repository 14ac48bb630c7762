import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandFailedError } from '../terminal/failure';

/** The folder where `lma start` keeps its data between runs, and the secrets that belong to it. */
export interface StateFolder {
	/** Absolute path. */
	path: string;
	/** Absolute path of something inside. */
	file(...names: string[]): string;
	/**
	 * The secret of that name; made by `generate` (default: 24 random bytes in base64url) and saved on first use.
	 */
	secret(name: string, generate?: () => string): string;
}

/** Opens the folder, by default `.lma` here; creates it, closed to other users, when it is not there. */
export function openStateFolder(path = '.lma'): StateFolder {
	const root = resolve(path);
	mkdirSync(root, { recursive: true, mode: 0o700 });
	const secretsFile = join(root, 'secrets.json');
	const secrets = readSecrets(secretsFile);
	return {
		path: root,
		file: (...names) => join(root, ...names),
		secret: (name, generate = () => randomBytes(24).toString('base64url')) => {
			const known = secrets[name];
			if (known !== undefined) return known;
			const made = generate();
			secrets[name] = made;
			writeSecrets(secretsFile, secrets);
			return made;
		},
	};
}

function readSecrets(file: string): Record<string, string> {
	try {
		chmodSync(file, 0o600);
		return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
		const remedy = 'Restore it, or remove the whole folder to begin again with an empty database.';
		throw new CommandFailedError(`${file} cannot be read. ${remedy}`, false, { cause: error });
	}
}

/** By way of another file, so that a full disk or a kill cannot leave half of the secrets. */
function writeSecrets(file: string, secrets: Record<string, string>): void {
	const draft = `${file}.new`;
	writeFileSync(draft, `${JSON.stringify(secrets, null, '\t')}\n`, { mode: 0o600 });
	renameSync(draft, file);
}
