import { globSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod/v4';

import { runCommand } from './command';
import { readManifest } from './manifest';

const packAnswer = z
	.array(
		z.object({
			filename: z.string(),
			size: z.number(),
			files: z.array(z.object({ path: z.string() })),
		}),
	)
	.length(1);

/** What is in the package, as patterns on paths. Whatever fits none is refused: a secret, a test, a source map. */
const BELONGS = [
	/^(README|CHANGELOG)\.md$/,
	/^LICENSE$/,
	/^package\.json$/,
	/^dist\/(domain|db|schema|n8n|worker|nodes|credentials|cli)\/.+\.js$/,
	/^dist\/nodes\/.+\.(svg|json)$/,
	/^dist\/cli\/start\/sample\/.+\.csv$/,
	/^migrations\/(\d{4}_\w+\.sql|schema\.sql|checksums\.json)$/,
	/^templates\/[\w-]+\.(json|md)$/,
	/^cli\/n8n\/pinned\/package(-lock)?\.json$/,
];

/** What the package is of no use without, besides what `listNeeded` finds. */
const NEEDED = [
	'README.md',
	'LICENSE',
	'CHANGELOG.md',
	'package.json',
	'dist/worker/main.js',
	'dist/nodes/Lma/lma.svg',
	'migrations/checksums.json',
	'cli/n8n/pinned/package-lock.json',
];

/** 5 MB: an order of magnitude above what it is, and far below what a stray folder brings. */
const LARGEST_BYTES = 5_000_000;

/** A package as npm makes it. */
export interface Tarball {
	file: string;
	bytes: number;
	paths: string[];
}

/** Packs what is in `folder`, which has to be built, as npm would to publish it. The tarball lies in `destination`. */
export function packTarball(folder: string, destination: string): Tarball {
	const args = ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', destination];
	const [packed] = packAnswer.parse(JSON.parse(runCommand(folder, 'npm', args)));
	if (!packed) throw new Error('npm pack made nothing');
	return {
		file: join(destination, packed.filename),
		bytes: packed.size,
		paths: packed.files.map(({ path }) => path).sort(),
	};
}

/** Paths that the package of the checkout in `folder` needs: the command, what n8n loads, every migration and every template. */
export function listNeeded(folder: string): string[] {
	const { bin, n8n } = readManifest(folder);
	return [
		...NEEDED,
		bin.lma,
		...n8n.nodes,
		...n8n.credentials,
		...globSync(['migrations/*.sql', 'templates/*'], { cwd: folder }).map((path) =>
			path.replaceAll('\\', '/'),
		),
	];
}

/** What is wrong with a package, one sentence each; empty when it holds just what it should. */
export function findTarballProblems({ bytes, paths }: Omit<Tarball, 'file'>, needed: string[]): string[] {
	return [
		...paths
			.filter((path) => !BELONGS.some((pattern) => pattern.test(path)))
			.map((path) => `${path} does not belong in the package: leave it out of "files" in package.json.`),
		...needed
			.filter((path) => !paths.includes(path))
			.map(
				(path) =>
					`${path} is missing from the package: run npm run build, and look at "files" in package.json.`,
			),
		...(bytes > LARGEST_BYTES
			? [`The package has ${bytes} bytes, more than ${LARGEST_BYTES}: something large came along.`]
			: []),
	];
}
