/**
 * Who may import whom; `npm run lint` keeps it, type imports included. Imports point inwards: rules that know nothing of
 * the world in the middle, the database around them, and what runs outside.
 */

/** What each room of production may import besides itself, as patterns on paths. */
const ROOMS = {
	domain: [],
	n8n: ['domain'],
	db: ['domain'],
	schema: ['db/connection', 'domain'],
	credentials: ['domain'],
	worker: ['domain', 'db', 'schema', 'n8n'],
	nodes: ['domain', 'db', 'schema', 'n8n'],
	cli: ['domain', 'db', 'schema', 'n8n'],
};
const rooms = Object.keys(ROOMS);
const anyOf = (paths) => `^(${paths.join('|')})/`;

/** A room imports nothing of ours but what its line above names. */
const inwards = Object.entries(ROOMS).map(([room, allowed]) => ({
	name: `${room}-imports-inwards`,
	comment:
		allowed.length > 0
			? `${room}/ may import ${allowed.join('/, ')}/ and nothing else of ours`
			: `${room}/ may import nothing else of ours`,
	severity: 'error',
	from: {
		path: anyOf([room]),
		// The command hands the worker to its subcommands, and is the only place that knows both.
		...(room === 'cli' && { pathNot: '^cli/main\\.ts$' }),
	},
	to: {
		path: anyOf([...rooms, 'bench', 'scripts']),
		pathNot: anyOf([room, ...allowed]),
	},
}));

export default {
	forbidden: [
		...inwards,
		{
			name: 'main-of-cli-imports-inwards',
			comment: 'cli/main.ts may import the worker, and never the nodes',
			severity: 'error',
			from: { path: '^cli/main\\.ts$' },
			to: { path: anyOf(['nodes', 'credentials', 'bench', 'scripts']) },
		},
		{
			name: 'production-knows-no-tests',
			comment: 'What is shipped, and what measures or documents it, works without the tests',
			severity: 'error',
			from: { path: anyOf([...rooms, 'bench', 'scripts']) },
			to: { path: '^test/' },
		},
		{
			name: 'no-circle',
			comment: 'Two files that need each other are one, or a third wants out of both',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'subjects-of-db-in-no-circle',
			comment: 'Of two folders of db/ only one may import the other',
			severity: 'error',
			scope: 'folder',
			from: { path: '^db/[^/]+' },
			to: { circular: true, path: '^db/[^/]+' },
		},
		{
			name: 'parts-of-the-worker-apart',
			comment: 'Parts of the worker share what lies beside them, and never import one another',
			severity: 'error',
			from: { path: '^worker/(dispatch|sync|totals|upkeep)/' },
			to: { path: '^worker/(dispatch|sync|totals|upkeep)/', pathNot: '^worker/$1/' },
		},
		{
			name: 'domain-knows-no-world',
			comment: 'Rules know no SQL, network, files, clock, processes or environment',
			severity: 'error',
			from: { path: '^domain/' },
			to: {
				dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer'],
				// luxon for the calendar of time zones, hashes and bytes for content: all depend on what they are given alone.
				pathNot: ['node_modules/(zod|luxon|@types/luxon)/', '^(node:)?(buffer|crypto)$'],
			},
		},
		{
			name: 'driver-behind-its-fence',
			comment:
				'Only db/connection/ knows the driver; others import Pool, Sql and JsonValue from its client.ts',
			severity: 'error',
			from: { path: anyOf(rooms), pathNot: '^db/connection/' },
			to: { path: 'node_modules/postgres/' },
		},
		{
			name: 'pg-in-one-place',
			comment:
				'Client, and how it connects, are in db/connection/pgConfig.ts: the same TLS for the same URL everywhere',
			severity: 'error',
			from: { path: anyOf([...rooms, 'bench', 'scripts']), pathNot: '^db/connection/pgConfig\\.ts$' },
			to: { path: 'node_modules/(pg|@types/pg)/' },
		},
		{
			name: 'resolvable',
			comment: 'The import leads nowhere',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true },
		},
		{
			name: 'dependencies-declared',
			comment: 'What is shipped imports nothing that an installation leaves out',
			severity: 'error',
			from: { path: anyOf(rooms) },
			to: {
				dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
				dependencyTypesNot: ['type-only'],
				pathNot: 'node_modules/(@types|n8n-workflow)/',
				// What is looked for at run time may be missing, and then says what to install.
				dynamic: false,
			},
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '^dist/' },
		tsConfig: { fileName: 'tsconfig.json' },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'require', 'node', 'types'],
		},
	},
};
