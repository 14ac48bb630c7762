import { test } from 'vitest';
import { startTestPostgres } from './setup/postgres';
import { startN8n } from '../cli/n8n/process';
import { n8nFolder } from '../cli/n8n/cache';
import { execSync } from 'node:child_process';
import postgres from 'postgres';
test('try', { timeout: 300_000 }, async () => {
	const pg = await startTestPostgres();
	const sql = postgres(pg.adminUrl);
	await sql`create database n8n`;
	await sql.end();
	const u = new URL(pg.adminUrl); u.pathname = '/n8n';
	for (const round of [1,2]) {
		let t = performance.now();
		const n = await startN8n({ folder: n8nFolder('test/n8n'), userFolder: '/tmp/n8n-try/user', port: 15678, databaseUrl: u.href, logFile: '/tmp/n8n-try/n8n.log' });
		console.log(round, 'ready', performance.now() - t, n.url);
		console.log(execSync(`ps -eo pid,ppid,pgid,args --cols 150 | grep ${n.pid} | grep -v grep`).toString());
		t = performance.now(); await n.stop();
		console.log('stopped', performance.now() - t, await n.exited);
		console.log(execSync(`ps -eo pid,ppid,pgid,args --cols 150 | grep ${n.pid} | grep -v grep || true`).toString());
	}
	await pg.stop();
});
