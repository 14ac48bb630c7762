import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { buildProgram } from '../../cli/program';

const root = path.resolve(__dirname, '../..');
const documents = [
	'README.md',
	'CONTRIBUTING.md',
	...globSync(['docs/*.md', 'templates/*.md'], { cwd: root }),
];
const texts = documents.map(
	(document) => [document, readFileSync(path.join(root, document), 'utf8')] as const,
);

/** The anchors that GitHub gives the headings of a document. */
function headingsOf(document: string): Set<string> {
	const text = readFileSync(path.join(root, document), 'utf8');
	return new Set(
		[...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
			heading
				.trim()
				.toLowerCase()
				.replaceAll(/[^\p{L}\p{N} _-]/gu, '')
				.replaceAll(' ', '-'),
		),
	);
}

describe('documents', () => {
	it('name files that exist', () => {
		const named = texts.flatMap(([document, text]) =>
			[
				...text.matchAll(
					/`((?:domain|db|schema|n8n|nodes|worker|cli|bench|scripts|templates|test|docs|migrations|docker)\/[\w./-]+)`/g,
				),
			].map(([, file = '']) => ({ document, file })),
		);
		expect(named.length).toBeGreaterThan(10);
		expect(named.filter(({ file }) => !existsSync(path.join(root, file)))).toEqual([]);
	});

	it('link to documents that exist', () => {
		const links = texts.flatMap(([document, text]) =>
			[...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link = '']) => ({ document, link })),
		);
		expect(links.length).toBeGreaterThan(5);
		expect(
			links.filter(({ document, link }) => !existsSync(path.join(root, path.dirname(document), link))),
		).toEqual([]);
	});

	it('link to headings that exist', () => {
		const links = texts.flatMap(([document, text]) =>
			[...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)/g)].map(
				([, file = '', heading = '']) => ({
					document,
					file: file === '' ? document : path.join(path.dirname(document), file),
					heading,
				}),
			),
		);
		expect(links.length).toBeGreaterThan(5);
		expect(links.filter(({ file, heading }) => !headingsOf(file).has(heading))).toEqual([]);
	});

	it('are where the nodes, their credential and the templates send people', () => {
		const senders = globSync(['nodes/**/*.{ts,json}', 'credentials/*.ts', 'templates/*.json'], {
			cwd: root,
		});
		const links = senders.flatMap((sender) => {
			const text = readFileSync(path.join(root, sender), 'utf8');
			const found = text.matchAll(
				/https:\/\/github\.com\/n8n-nodes-lma\/n8n-nodes-lma(?:\/blob\/main\/([\w./-]+))?(?:#([\w-]+))?["']/g,
			);
			return [...found].map(([, file = 'README.md', heading]) => ({ sender, file, heading }));
		});
		expect(links.length).toBeGreaterThan(3);
		const broken = links.filter(
			({ file, heading }) =>
				!existsSync(path.join(root, file)) || (heading !== undefined && !headingsOf(file).has(heading)),
		);
		expect(broken).toEqual([]);
	});

	it('name npm scripts that exist', () => {
		const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
			scripts: Record<string, string>;
		};
		const named = texts.flatMap(([document, text]) =>
			[...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script = '']) => ({ document, script })),
		);
		expect(named.length).toBeGreaterThan(10);
		expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
	});

	it('name subcommands of lma that exist', () => {
		const quiet = () => undefined;
		const program = buildProgram(
			{ env: {}, print: quiet, note: quiet, readInput: () => Promise.resolve(null) },
			{ startWorker: () => Promise.reject(new Error('not here')) },
		);
		const known = program.commands.map((command) => command.name());
		const named = texts.flatMap(([document, text]) =>
			[...text.matchAll(/`lma ([a-z]+)/g)].map(([, command = '']) => ({ document, command })),
		);
		expect(named.length).toBeGreaterThan(20);
		expect(named.filter(({ command }) => !known.includes(command))).toEqual([]);
	});
});

describe('the changelog', () => {
	const changelog = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');

	it('has lines of at most 120 characters', () => {
		expect(changelog.split('\n').filter((line) => line.length > 120)).toEqual([]);
	});

	it('fixes nothing in the first release', () => {
		expect(changelog.split(/^## /m).at(-1)).not.toMatch(/^### (Fixed|Changed|Removed)/m);
	});
});
