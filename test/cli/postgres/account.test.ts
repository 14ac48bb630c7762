import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serverAccount } from '../../../cli/postgres/account';
import { findEmbeddedBinaries } from '../../../cli/postgres/binaries';

let closed: string;

beforeEach(() => {
	closed = mkdtempSync(join(tmpdir(), 'lma-account-'));
});

afterEach(() => {
	rmSync(closed, { recursive: true, force: true });
});

/** As in a clone in /root or in a private temporary folder, which `mkdtemp` makes closed to others. */
test('PostgreSQL runs where its programs and data lie in a folder closed to other users', async () => {
	const native = dirname(dirname(findEmbeddedBinaries().initdb));
	cpSync(native, join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
	const initdb = join(closed, 'native', 'bin', 'initdb');
	const data = join(closed, 'data');
	const account = serverAccount([initdb, data]);
	mkdirSync(data);
	account.own(data);
	const child = account.spawn(initdb, ['--pgdata', data, '--auth=trust', '--no-sync', '--no-locale'], {
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let problems = '';
	child.stderr?.on('data', (chunk: Buffer) => (problems += chunk.toString()));
	const [code] = (await once(child, 'close')) as [number];
	expect({ code, problems }).toEqual({ code: 0, problems: '' });
});
