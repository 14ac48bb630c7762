/**
 * Settings n8n-core reads while it is being imported, so this module comes before it.
 * Without a folder of its own n8n-core would write `~/.n8n/config`.
 */
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const userFolder = mkdtempSync(join(tmpdir(), 'lma-engine-'));
process.once('exit', () => {
	rmSync(userFolder, { recursive: true, force: true });
});

process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'only-for-tests';
process.env.N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS = 'true';
process.env.N8N_LOG_LEVEL = 'silent';
