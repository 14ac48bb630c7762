import { extname, join } from 'node:path';

/** The file to `--require` into a Node.js child, started with an IPC channel, that must not outlive us. */
export const parentGuard = join(__dirname, `parentGuard${extname(__filename)}`);

/** The file to `--require` into an n8n that was installed without running scripts. */
export const sqliteSubstitute = join(__dirname, `sqliteSubstitute${extname(__filename)}`);
