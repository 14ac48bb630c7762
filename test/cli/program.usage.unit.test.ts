import { describe, expect, test } from 'vitest';

import { runLma } from './runLma';

const commands = [
	'start',
	'migrate',
	'adopt',
	'worker',
	'doctor',
	'org create',
	'org list',
	'org user add',
	'org login create',
	'org login rotate',
	'org login revoke',
	'org login list',
	'org report',
	'org retention get',
	'org retention set',
	'org retention partitions',
	'org connect n8n',
	'org connect webhook',
	'org connect smtp',
	'workflow list',
	'leads import',
	'score rules list',
	'score rules set',
];

test('--help lists every command and ends with 0', async () => {
	const { exitCode, out } = await runLma(['--help']);
	expect(exitCode).toBe(0);
	for (const command of commands) expect(out).toContain(` ${command.split(' ')[0] ?? ''} `);
});

test.each(commands)('%s has help', async (command) => {
	const { exitCode, out } = await runLma([...command.split(' '), '--help']);
	expect(exitCode).toBe(0);
	expect(out).toContain(`Usage: lma ${command}`);
});

test('--version prints the version of the package', async () => {
	const { exitCode, out } = await runLma(['--version']);
	expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string });
});

describe('wrong usage ends with 2 and says what is wrong', () => {
	test.each([
		[['explode'], "unknown command 'explode'"],
		[['migrate', '--fast'], "unknown option '--fast'"],
		[['org', 'create'], "missing required argument 'slug'"],
		[['leads', 'import', 'x.csv'], "required option '--org <slug>'"],
		[['leads', 'import', 'x.csv', '--org', 'a', '--source', 'MOON'], 'Allowed choices are WEBSITE'],
		[['org', 'user', 'add', 'a'], "required option '--email <address>'"],
	])('%j', async (args, message) => {
		const { exitCode, err } = await runLma(args);
		expect(exitCode).toBe(2);
		expect(err).toContain(message);
	});

	test('no command at all', async () => {
		const { exitCode, err } = await runLma([]);
		expect(exitCode).toBe(2);
		expect(err).toContain('Usage: lma');
	});
});

describe('a database that cannot be used', () => {
	test('no address: names both variables', async () => {
		const { exitCode, err } = await runLma(['migrate']);
		expect(exitCode).toBe(1);
		expect(err).toMatch(/^lma: Neither DATABASE_OWNER_URL nor DATABASE_URL is set\./);
	});

	test('an address that is none: names the variable and repeats nothing of it', async () => {
		const { exitCode, err } = await runLma(['org', 'list'], {
			env: { DATABASE_URL: 'mysql://root:hunter2@db/x' },
		});
		expect(exitCode).toBe(1);
		expect(err).toContain('DATABASE_URL is not a PostgreSQL URL');
		expect(err).not.toContain('hunter2');
	});

	test('nobody listens: one sentence and no stack trace', async () => {
		const env = { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/lma' };
		const { exitCode, err } = await runLma(['org', 'list'], { env });
		expect(exitCode).toBe(1);
		expect(err).toBe(
			'lma: Database: Nothing answers at this host and port (database lma at 127.0.0.1:1, user me). Check host and port, and that PostgreSQL is running.',
		);
	});

	test('LOG_LEVEL=debug adds the stack trace', async () => {
		const { err } = await runLma(['migrate'], { env: { LOG_LEVEL: 'debug' } });
		expect(err).toContain('    at ');
	});
});
