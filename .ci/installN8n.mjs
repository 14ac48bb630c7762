// usage: node installN8n.mjs, after the build
// Installs the pinned n8n where the suites in n8n look for it; does nothing when it is there.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import install from '../dist/cli/n8n/install.js';

const lockFolder = join(fileURLToPath(new URL('..', import.meta.url)), 'cli', 'n8n', 'pinned');
const { folder } = await install.installN8n({ lockFolder, env: process.env });
console.log(`n8n is in ${folder}`);
