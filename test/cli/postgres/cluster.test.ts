import { randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { findFreePort } from '../../../cli/machine/freePort';
import { type LocalCluster, startLocalCluster } from '../../../cli/postgres/cluster';
import { LocalPostgresFailedError, LocalPostgresRunningError } from '../../../cli/postgres/errors';

const settings = { fsync: 'off' };
const password = randomUUID();
const running: LocalCluster[] = [];
let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'lma-cluster-'));
});

afterEach(async () => {
	for (const cluster of running.splice(0)) await cluster.stop();
	rmSync(folder, { recursive: true, force: true });
});

async function start(dataDirectory = join(folder, 'data')): Promise<LocalCluster> {
	const cluster = await startLocalCluster({ dataDirectory, port: await findFreePort(), password, settings });
	running.push(cluster);
	return cluster;
}

async function ask(cluster: LocalCluster, statement: string) {
	const sql = postgres(cluster.url('postgres'), { max: 1 });
	try {
		return [...(await sql.unsafe(statement))];
	} finally {
		await sql.end();
	}
}

test('data outlives a stop, also in a folder closed to other users', async () => {
	chmodSync(folder, 0o700);
	const first = await start();
	await ask(first, 'create table kept as select 42 as answer');
	await first.stop();
	expect(await ask(await start(), 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a lock left by a killed server, whose number now belongs to another process, does not stop it', async () => {
	await (await start()).stop();
	// PostgreSQL alone goes on when the process belongs to another user, so it takes one of its own.
	await start(join(folder, 'other'));
	copyFileSync(join(folder, 'other', 'postmaster.pid'), join(folder, 'data', 'postmaster.pid'));
	expect(await ask(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a second server on the same folder is refused, and the first goes on', async () => {
	const first = await start();
	await expect(start()).rejects.toThrow(LocalPostgresRunningError);
	expect(await ask(first, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('what an interrupted initdb left behind is cleared away', async () => {
	mkdirSync(join(folder, 'data.new'));
	writeFileSync(join(folder, 'data.new', 'PG_VERSION'), '18\n');
	expect(await ask(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
	expect(existsSync(join(folder, 'data.new'))).toBe(false);
});

test('a folder that is no cluster fails with what PostgreSQL says and the remedy', async () => {
	mkdirSync(join(folder, 'data'));
	writeFileSync(join(folder, 'data', 'PG_VERSION'), '9.6\n');
	const failed = start();
	await expect(failed).rejects.toThrow(LocalPostgresFailedError);
	await expect(failed).rejects.toThrow(/Remove that folder|DATABASE_URL/);
});
