import { delimiter, dirname } from 'node:path';

import { databaseVariables } from './databaseVariables';

/** What decides n8n's environment. */
export interface N8nEnvironmentOptions {
	/** n8n keeps its encryption key and installed packages in `<userFolder>/.n8n`. */
	userFolder: string;
	/** The address that n8n listens on and its web addresses name. */
	host: string;
	port: number;
	/** A free port for n8n's own task runner. */
	brokerPort: number;
	/** An existing, empty or n8n's own database: `postgres://user:password@host:port/database?sslmode=…`. */
	databaseUrl: string;
	/** An existing schema of that database. Default `public`. */
	schema?: string;
	/** Wins over everything below. */
	extraEnv?: Record<string, string>;
}

/** From our own environment n8n gets only these: a variable of the LMA may be a secret, and `$env` shows it. */
const passedOn = [
	'HOME',
	'USER',
	'LANG',
	'LC_ALL',
	'TZ',
	'TMPDIR',
	'NODE_EXTRA_CA_CERTS',
	'GENERIC_TIMEZONE',
];
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'];

/** The whole environment of a local n8n that keeps to itself: no telemetry, no calls home, loopback only. */
export function n8nEnvironment(options: N8nEnvironmentOptions): Record<string, string> {
	const { userFolder, host, port, brokerPort, databaseUrl, schema = 'public', extraEnv } = options;
	return {
		// Otherwise schedules, and times without a zone, are those of New York.
		GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
		...inherited(),
		// n8n starts its task runner as `node`, which must be the Node.js that runs n8n.
		PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
		...databaseVariables(databaseUrl),
		DB_POSTGRESDB_SCHEMA: schema,
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: host,
		N8N_HOST: host,
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		// The page is served over http; a secure cookie would make every browser but those on localhost log out.
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		// Asks n8n's own server for the list of packages it has vetted; ours is installed already.
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		// Fetches a list of servers from n8n at each start.
		N8N_DISABLED_MODULES: 'mcp-registry',
		N8N_PYTHON_ENABLED: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '8',
		...extraEnv,
	};
}

function inherited(): Record<string, string> {
	const names = [...passedOn, ...proxies, ...proxies.map((name) => name.toLowerCase())];
	const entries = names.map((name) => [name, process.env[name]] as const);
	return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
