/**
 * Settings n8n-core reads while it is being imported, so this module comes before it.
 * Without a folder of its own n8n-core would write `~/.n8n/config`.
 */
import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

const userFolder = mkdtempSync(join(inject('scratch'), 'engine-'));

process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'only-for-tests';
process.env.N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS = 'true';
process.env.N8N_LOG_LEVEL = 'silent';
