/** The pinned n8n could not be installed. The message carries the last lines that npm said. */
export class N8nInstallError extends Error {
	override name = 'N8nInstallError';

	constructor(
		readonly folder: string,
		reason: string,
		options?: ErrorOptions,
	) {
		super(
			`n8n could not be installed into ${folder}: ${reason.trim()}. ` +
				'Check that npm can reach its registry and that 3 GB of disk space are free, then run the command ' +
				'again; LMA_N8N_CACHE sets another folder.',
			options,
		);
	}
}

/** Something else listens on the port n8n was to use. */
export class N8nPortTakenError extends Error {
	override name = 'N8nPortTakenError';

	constructor(
		readonly port: number,
		/** The environment variable or option that chooses another port. */
		readonly setting: string,
	) {
		super(
			`Port ${port}, on which n8n should listen, is taken. Stop the program that uses it, or set ${setting} to a free port.`,
		);
	}
}

/** n8n ended, or did not become ready in time. The message carries the last lines of its log. */
export class N8nStartError extends Error {
	override name = 'N8nStartError';

	constructor(
		reason: string,
		readonly logFile: string,
		lastLines: string,
	) {
		super(`n8n ${reason}. Its whole log is in ${logFile}; the last lines:\n${lastLines.trim() || '(empty)'}`);
	}
}
