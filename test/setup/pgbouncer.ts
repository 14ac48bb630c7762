import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFreePort } from '../../cli/machine/freePort';

/** True when a pgbouncer is installed. */
export function hasPgBouncer(): boolean {
	return spawnSync('pgbouncer', ['--version']).status === 0;
}

/**
 * Puts a PgBouncer in transaction mode before a database, with a single server connection unless `settings` say
 * otherwise: whatever a transaction leaves behind on it, the next client gets.
 */
export async function startPgBouncer(
	url: string,
	settings: Record<string, string> = {},
): Promise<{ url: string; stop(): Promise<void> }> {
	const target = new URL(url);
	const folder = await mkdtemp(path.join(tmpdir(), 'lma-pgbouncer-'));
	const port = await findFreePort();
	const configuration = path.join(folder, 'pgbouncer.ini');
	await writeFile(
		configuration,
		`[databases]
* = host=${target.hostname} port=${target.port} user=${target.username} password=${target.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
${Object.entries({ default_pool_size: '1', ...settings })
	.map((setting) => setting.join(' = '))
	.join('\n')}
`,
	);
	await chmod(folder, 0o755);
	// It refuses to run as root.
	const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
	const child = spawn('pgbouncer', [configuration], { ...nobody, stdio: ['ignore', 'ignore', 'pipe'] });
	const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	await new Promise<void>((resolve, reject) => {
		let log = '';
		child.stderr.on('data', (chunk: Buffer) => {
			log += chunk.toString();
			if (log.includes('process up')) resolve();
		});
		void exited.then(() => reject(new Error(`pgbouncer did not start: ${log}`)));
	});
	target.hostname = '127.0.0.1';
	target.port = String(port);
	return {
		url: target.toString(),
		async stop() {
			child.kill('SIGKILL');
			await exited;
			await rm(folder, { recursive: true });
		},
	};
}
