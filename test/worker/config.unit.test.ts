import { describe, expect, it } from 'vitest';
import { loadReplica } from '../../db/report/replica/environment';
import { ConfigError } from '../../domain/environment';
import { loadConfig } from '../../worker/config';

const minimal = { DATABASE_URL: 'postgresql://worker:geheim@db:5432/lma' };
const problems = (env: Record<string, string>) => {
	try {
		loadConfig({ ...minimal, ...env });
		loadReplica(env, minimal.DATABASE_URL);
	} catch (error) {
		if (error instanceof ConfigError) return error.problems;
	}
	return [];
};

describe('the configuration', () => {
	it('has defaults for everything but the database', () => {
		expect(loadConfig(minimal)).toEqual({
			databaseUrl: minimal.DATABASE_URL,
			httpHost: '127.0.0.1',
			httpPort: 3030,
			logLevel: 'info',
		});
	});

	it('names a missing database and what it should be', () => {
		expect(() => loadConfig({})).toThrow(/^DATABASE_URL is missing; it should be a URL such as postgresql:/);
	});

	it('takes an empty variable as not set', () => {
		expect(loadConfig({ ...minimal, REDIS_URL: '', LMA_HTTP_PORT: ' ' })).toMatchObject({ httpPort: 3030 });
	});

	it('takes the login of the primary for a replica that names none, and its lag in seconds', () => {
		const env = { ...minimal, DATABASE_REPLICA_URL: 'postgres://replica/lma', LMA_REPLICA_MAX_LAG: '0.5' };
		const replica = 'postgres://worker:geheim@replica/lma';
		expect(loadReplica(env, minimal.DATABASE_URL)).toEqual({ replicaUrl: replica, maxLagMs: 500 });
		expect(loadReplica({}, minimal.DATABASE_URL)).toEqual({ maxLagMs: 5_000 });
	});

	it.each([
		[
			{ DATABASE_URL: 'mysql://root:geheim@db' },
			/^DATABASE_URL is not a PostgreSQL URL\. It should look like postgres:/,
		],
		[{ DATABASE_REPLICA_URL: 'http://geheim' }, /^DATABASE_REPLICA_URL is not a PostgreSQL URL/],
		[{ LMA_REPLICA_MAX_LAG: 'geheim' }, /^LMA_REPLICA_MAX_LAG should be a number of seconds such as 5/],
		[{ REDIS_URL: 'http://geheim' }, /^REDIS_URL should be a URL such as redis:/],
		[{ SMTP_URL: 'geheim' }, /^SMTP_URL should be a URL such as smtp:/],
		[{ SMTP_URL: 'smtp://me:p@geheim#@mail:587' }, /^SMTP_URL has a "#", where a URL ends; .* as %23/],
		[{ LMA_ENCRYPTION_KEY: 'geheim' }, /^LMA_ENCRYPTION_KEY should be 32 bytes in base64 or hex/],
		[{ LMA_HTTP_PORT: '70000' }, /^LMA_HTTP_PORT should be a port number from 0 to 65535/],
		[{ LMA_HTTP_PORT: 'geheim' }, /^LMA_HTTP_PORT should be a port number/],
		[{ LOG_LEVEL: 'geheim' }, /^LOG_LEVEL should be one of fatal, error/],
	])('says what is wrong with %j without repeating it', (env, expected) => {
		const found = problems(env as Record<string, string>);
		expect(found).toEqual([expect.stringMatching(expected)]);
		expect(found.join()).not.toContain('geheim');
	});

	it('leaves the variables of the command alone', () => {
		const env = { ...minimal, DATABASE_OWNER_URL: 'geheim', DATABASE_REPLICA_URL: 'geheim' };
		expect(loadConfig(env)).toEqual(loadConfig(minimal));
	});

	it('names every wrong variable at once', () => {
		expect(problems({ REDIS_URL: 'x', LOG_LEVEL: 'y' })).toHaveLength(2);
	});
});
