/**
 * Loaded into n8n before its own code (`node --require`). n8n is installed without running scripts, so sqlite3 lacks
 * its native part and cannot be loaded. n8n's AI Agent loads it all the same, though only its agent for SQL databases
 * uses it. Here loading it gives a module that fails when it is used.
 */
{
	type Load = (request: string, ...rest: unknown[]) => unknown;
	// What every `require` calls; tracing libraries wrap it in the same way.
	const loader = process.getBuiltinModule('node:module') as unknown as { _load: Load };
	const load = loader._load;
	const substitute = {
		Database: function () {
			throw new Error('sqlite3 is installed without its native part. Use another database.');
		},
		verbose: () => substitute,
	};
	loader._load = (request, ...rest) => {
		if (request !== 'sqlite3') return load(request, ...rest);
		try {
			return load(request, ...rest);
		} catch {
			return substitute;
		}
	};
}
