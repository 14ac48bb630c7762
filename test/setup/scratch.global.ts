import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
	export interface ProvidedContext {
		/** A folder for whatever a test leaves behind; it goes at the end of the run. */
		scratch: string;
	}
}

/** One scratch folder for the whole run: test processes are ended too abruptly to clean up after themselves. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const folder = await mkdtemp(join(tmpdir(), 'lma-tests-'));
	project.provide('scratch', folder);
	return () => rm(folder, { recursive: true, force: true });
}
