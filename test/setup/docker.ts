import { execFile } from 'node:child_process';

/** Whether a Docker engine answers here within two seconds; the client alone is not enough. */
export function isDockerRunning(): Promise<boolean> {
	return new Promise((resolve) => {
		execFile(
			'docker',
			['version', '--format', '{{.Server.Version}}'],
			{ timeout: 2_000 },
			(error, stdout) => {
				resolve(!error && stdout.trim() !== '');
			},
		);
	});
}
