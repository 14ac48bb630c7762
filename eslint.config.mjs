import { runInNewContext } from 'node:vm';

import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';
import tseslint from 'typescript-eslint';

/** What n8n loads; its linter's rules speak of these files, and misjudge a command line or a worker. */
const loadedByN8n = ['nodes/**/*.ts', 'credentials/**/*.ts'];

const n8nLinter = configWithoutCloudSupport.map((entry) =>
	entry.files?.includes('**/*.ts') ? { ...entry, files: loadedByN8n } : entry,
);

/** Globals of Node.js that depend on what they are given alone. */
const PURE = ['TextDecoder', 'URL', 'URLSearchParams', 'structuredClone'];
const ofLanguage = runInNewContext('Object.getOwnPropertyNames(globalThis)');
/** What Node.js adds to the language, and the ways to it: network, clock, environment, timers, output. */
const ofTheWorld = [
	...Object.getOwnPropertyNames(globalThis).filter((name) => !ofLanguage.includes(name)),
	...['console', 'globalThis', 'module', 'require', '__dirname', '__filename'],
].filter((name) => !PURE.includes(name));

const TAKE_NOW = 'A rule knows no clock: take the moment as an argument.';
const TAKE_RANDOM = 'A rule throws no dice: take the random number as an argument.';

/** What it asks of a database is a function of db/, or of schema/ where it is the owner's. */
const NO_SQL = [
	'TaggedTemplateExpression[tag.name=/^(sql|tx)$/]',
	"CallExpression[callee.property.name='unsafe']",
].map((selector) => ({
	selector,
	message: 'SQL is written in db/ or schema/: give this statement a function there.',
}));

/** Rules know nothing but what they are given; `.dependency-cruiser.mjs` looks after what they import. */
const domainKnowsNoWorld = {
	files: ['domain/**/*.ts'],
	rules: {
		'no-restricted-globals': [
			'error',
			...ofTheWorld.map((name) => ({
				name,
				message: 'A rule knows no network, clock, environment or process: take what it needs as an argument.',
			})),
		],
		'no-restricted-properties': [
			'error',
			{ object: 'Date', property: 'now', message: TAKE_NOW },
			{ object: 'DateTime', property: 'now', message: TAKE_NOW },
			{ property: 'diffNow', message: TAKE_NOW },
			{ property: 'toRelative', message: TAKE_NOW },
			{ property: 'toRelativeCalendar', message: TAKE_NOW },
			{ object: 'Math', property: 'random', message: TAKE_RANDOM },
		],
		'no-restricted-syntax': [
			'error',
			...NO_SQL,
			{ selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: TAKE_NOW },
			{ selector: 'CallExpression[callee.name="Date"]', message: TAKE_NOW },
			{
				// With options alone, such as a zone, it is the present moment as well.
				selector:
					'CallExpression[callee.object.name="DateTime"][callee.property.name=/^(local|utc)$/]:matches([arguments.length=0], [arguments.0.type="ObjectExpression"])',
				message: TAKE_NOW,
			},
		],
		'no-restricted-imports': [
			'error',
			{
				paths: ['crypto', 'node:crypto'].map((name) => ({
					name,
					allowImportNames: ['createHash'],
					message: 'Hashes depend on their input alone; keys and random numbers are given as arguments.',
				})),
			},
		],
	},
};

const TIMERS = ['setTimeout', 'setInterval'];
const NO_SLEEP =
	'Await what the test waits for: an event, expect.poll, or until() of test/setup/ for another program. Where the moment itself varies: passMoment().';

export default tseslint.config(
	{ ignores: ['**/node_modules/', '**/dist/', '.lma/', 'coverage/', 'test/output/'] },
	...n8nLinter,
	{
		files: ['package.json'],
		rules: {
			// The rule asks for a bundle without dependencies, which n8n Cloud needs. Cloud cannot run this package
			// anyway: it connects to a database. Self-hosted n8n installs dependencies as npm does, and security
			// fixes of the database driver reach users without a release of ours.
			'@n8n/community-nodes/no-runtime-dependencies': 'off',
		},
	},
	{
		files: ['**/*.ts'],
		extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		rules: {
			// Numbers and booleans in messages are meant: an id, a count, a port.
			'@typescript-eslint/restrict-template-expressions': [
				'error',
				{ allowNumber: true, allowBoolean: true },
			],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			// Names that are not ours to choose, such as environment variables, may be written as what they are: keys.
			'@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
			],
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
		},
	},
	domainKnowsNoWorld,
	{
		files: ['{cli,credentials,n8n,nodes,worker}/**/*.ts'],
		rules: { 'no-restricted-syntax': ['error', ...NO_SQL] },
	},
	{
		files: ['test/**/*.ts'],
		rules: {
			// Where it is wrong, the test fails, which is what tests are for.
			'@typescript-eslint/no-non-null-assertion': 'off',
			// A test that sleeps is slow where it need not be, and fails where the machine is slower.
			'no-restricted-globals': ['error', ...TIMERS.map((name) => ({ name, message: NO_SLEEP }))],
			'no-restricted-imports': [
				'error',
				...['timers', 'node:timers', 'timers/promises', 'node:timers/promises'].map((name) => ({
					name,
					message: NO_SLEEP,
				})),
			],
		},
	},
	{
		files: ['**/*.mjs'],
		languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
	},
);
