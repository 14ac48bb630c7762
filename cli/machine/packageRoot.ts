import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandFailedError } from '../terminal/failure';

/** The folder of this package: the checkout, or where npm installed it. */
export function packageRoot(): string {
	for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
		if (existsSync(join(folder, 'package.json'))) return folder;
	}
	throw new CommandFailedError(`There is no package.json above ${__dirname}. Install the package again.`);
}
