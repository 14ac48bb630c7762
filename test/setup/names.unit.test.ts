import { readdirSync } from 'node:fs';
import path from 'node:path';

import { expect, it } from 'vitest';

const root = path.resolve(__dirname, '../..');
/** What git leaves out, and git itself. */
const ELSEWHERE = /(^|\/)(node_modules|dist|coverage|\.git|\.lma|test\/output)$/;

/** What a file may be called, by what it is; the first line whose `of` fits decides. */
const RULES: { of: RegExp; name: RegExp }[] = [
	{ of: /^[^/]+\.(md|txt)$/, name: /^[A-Z]+\.(md|txt)$/ },
	{ of: /\/README\.md$/, name: /^README\.md$/ },
	// A dot before it, where a tool asks for that.
	{ of: /^\.[\w-]+\.(ts|mts|mjs|cjs)$/, name: /^\.[a-z]+(-[a-z]+)*\.(ts|mts|mjs|cjs)$/ },
	// Names that n8n asks for, or that stand for a class of n8n's: with a capital.
	{
		of: /\/[A-Z][^/]*\.(node|credentials|resource)\.(ts|json)$/,
		name: /^[A-Z][a-zA-Z0-9]*\.\w+\.(ts|json)$/,
	},
	// A test is named after what it tests, and then perhaps after its scenario: `claimEvents.backlog.test.ts`.
	{
		of: /^test\/.*\.(test|suite)\.ts$/,
		name: /^[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*)?(\.(redis|unit))?\.(test|suite)\.ts$/,
	},
	// camelCase, with the suffixes that say what kind of file it is.
	{
		of: /\.(ts|mts|mjs|cjs)$/,
		name: /^[a-z][a-zA-Z0-9]*(\.(operation|global|d|config))*\.(ts|mts|mjs|cjs)$/,
	},
	{ of: /^migrations\/\d/, name: /^\d{4}_[a-z0-9]+(_[a-z0-9]+)*\.sql$/ },
	// Everything else that is read by people: documents, templates, workflows, pictures, samples.
	{ of: /\.(md|json|ya?ml|sh|sql|csv|svg|png)$/, name: /^\.?[a-z0-9]+([-.][a-z0-9]+)*$/ },
];

const EXPLAINS_NOTHING = /(^|\/)(utils?|helpers?|common|misc|shared)(\.|\/)/;

/** Every file of ours, in dot folders, too; paths from the root, with `/`. */
function listFiles(folder = ''): string[] {
	return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		const name = path.posix.join(folder, entry.name);
		if (ELSEWHERE.test(name)) return [];
		return entry.isDirectory() ? listFiles(name) : [name];
	});
}

function isWellNamed(file: string): boolean {
	const rule = RULES.find(({ of }) => of.test(file));
	return !EXPLAINS_NOTHING.test(file) && (rule?.name.test(path.posix.basename(file)) ?? true);
}

const files = listFiles();

it('files are named by what they are: code in camelCase, documents in kebab-case', () => {
	expect(files.filter((file) => !isWellNamed(file))).toEqual([]);
});

it.each(['.ci', '.github/workflows', 'docs/images', 'templates', 'test', 'cli/n8n/pinned'])(
	'the names in %s are looked at',
	(folder) => {
		expect(files).toContainEqual(expect.stringMatching(`^${folder}/`));
	},
);

it.each([
	'.ci/install-n8n.mjs',
	'.ci/InstallN8n.mjs',
	'.github/workflows/nightlyBuild.yml',
	'bench/load/load_rows.ts',
	'cli/common/print.ts',
	'db/utils.ts',
	'docs/How To.md',
	'docs/howTo.md',
	'docs/images/leadStates.svg',
	'migrations/12_leads.sql',
	'nodes/Lma/lead.Operation.ts',
	'notes.md',
	'templates/hotLead.json',
	'test/db/lead/Create.test.ts',
	'test/db/lead/create.large-lists.test.ts',
	'test/db/lead/create.bulk.late.test.ts',
	'templates/misc/hot-lead.json',
])('%s would be refused', (file) => {
	expect(isWellNamed(file)).toBe(false);
});
