import { describe, expect, test } from 'vitest';

import { runLma } from '../runLma';

const commands = [
	['org', 'login', 'create', 'acme', '--connection-limit'],
	['org', 'login', 'limit', 'acme', 'lma_t_x'],
	['workflow', 'sync', '--org', 'acme', '--wait', '--timeout'],
	['doctor', '--unused-after'],
	['adopt', '--lock-wait'],
];

describe.each(commands)('lma %s %s %s', (...command) => {
	test.each(['', ' ', 'abc', '1.5', '1e3', '0x10', 'Infinity', 'NaN', '１', '99999999999999999999'])(
		'takes no "%s" for a number, before any database is asked',
		async (value) => {
			const { exitCode, out, err } = await runLma([...command, value]);
			expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
			expect(err).toMatch(/It must be a whole number of (connections|seconds|days), from \d to \d+\./);
			expect(err).toContain(`'${value}'`);
		},
	);

	test('takes a number', async () => {
		const { exitCode, err } = await runLma([...command, '7']);
		expect({ exitCode, err }).toMatchObject({
			exitCode: 1,
			err: expect.stringContaining('DATABASE') as string,
		});
	});
});
