import { afterEach, expect, test, vi } from 'vitest';

import { n8nEnvironment } from '../../../cli/n8n/environment';

const options = {
	userFolder: '/tmp/n8n',
	host: '127.0.0.1',
	port: 5678,
	brokerPort: 5679,
	databaseUrl: 'postgres://n8n:secret@127.0.0.1:5432/n8n',
};

afterEach(() => vi.unstubAllEnvs());

test('schedules and times without a zone are those of the machine, not of New York', () => {
	vi.stubEnv('GENERIC_TIMEZONE', undefined);
	const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
	expect(n8nEnvironment(options)).toMatchObject({ GENERIC_TIMEZONE: timeZone });
});

test('a zone that the environment names wins', () => {
	vi.stubEnv('GENERIC_TIMEZONE', 'Europe/Vienna');
	expect(n8nEnvironment(options)).toMatchObject({ GENERIC_TIMEZONE: 'Europe/Vienna' });
});
