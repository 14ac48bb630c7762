// Copies into dist/ what the compiler leaves behind: icons and codex files of the nodes, and the sample data. Makes the
// command executable, as npm does only for packages it installs from a registry.
import { chmodSync, cpSync, existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const assets = new Set(['.svg', '.png', '.json', '.csv']);

for (const folder of ['nodes', 'credentials', 'cli']) {
	if (!existsSync(join(root, folder))) continue;
	cpSync(join(root, folder), join(root, 'dist', folder), {
		recursive: true,
		// The pinned n8n is read from where it lies.
		filter: (source) => !source.endsWith('pinned') && (extname(source) === '' || assets.has(extname(source))),
	});
}
chmodSync(join(root, 'dist', 'cli', 'main.js'), 0o755);
