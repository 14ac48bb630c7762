import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';
import tseslint from 'typescript-eslint';

/** What n8n loads; its linter's rules speak of these files, and misjudge a command line or a worker. */
const loadedByN8n = ['nodes/**/*.ts', 'credentials/**/*.ts'];

const n8nLinter = configWithoutCloudSupport.map((entry) =>
	entry.files?.includes('**/*.ts') ? { ...entry, files: loadedByN8n } : entry,
);

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
	{
		// Knows no SQL: what it asks of a database is a function of db/, or of schema/ where it is the owner's.
		files: ['{cli,credentials,domain,n8n,nodes,worker}/**/*.ts'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector: 'TaggedTemplateExpression[tag.name=/^(sql|tx)$/]',
					message: 'SQL is written in db/ or schema/: give this statement a function there.',
				},
				{
					selector: "CallExpression[callee.property.name='unsafe']",
					message: 'SQL is written in db/ or schema/: give this statement a function there.',
				},
			],
		},
	},
	{
		files: ['test/**/*.ts'],
		rules: {
			// Where it is wrong, the test fails, which is what tests are for.
			'@typescript-eslint/no-non-null-assertion': 'off',
		},
	},
	{
		files: ['**/*.mjs'],
		languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
	},
);
