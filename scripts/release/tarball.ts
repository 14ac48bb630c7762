import { execFileSync } from 'node:child_process';

import { z } from 'zod/v4';

const packAnswer = z
	.array(
		z.object({
			size: z.number(),
			files: z.array(z.object({ path: z.string(), size: z.number() })),
		}),
	)
	.min(1);

/** What is in the package, as patterns on paths. */
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

/** What the package is of no use without. */
const NEEDED = [
	'README.md',
	'LICENSE',
	'CHANGELOG.md',
	'dist/cli/main.js',
	'dist/worker/main.js',
	'dist/nodes/Lma/Lma.node.js',
	'dist/nodes/Lma/lma.svg',
	'dist/nodes/LmaTrigger/LmaTrigger.node.js',
	'dist/credentials/LmaApi.credentials.js',
	'migrations/0001_tenancy.sql',
	'migrations/checksums.json',
	'cli/n8n/pinned/package-lock.json',
];

/** 5 MB: an order of magnitude above what it is, and far below what a stray folder brings. */
const LARGEST_BYTES = 5_000_000;

/** A package as npm would make it. */
export interface Tarball {
	bytes: number;
	paths: string[];
}

/** Asks npm what it would pack in `folder`, which has to be built. Writes nothing. */
export function listTarball(folder: string): Tarball {
	const answer = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		cwd: folder,
		encoding: 'utf8',
		maxBuffer: 64 * 2 ** 20,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [packed] = packAnswer.parse(JSON.parse(answer));
	return { bytes: packed?.size ?? 0, paths: (packed?.files ?? []).map(({ path }) => path).sort() };
}

/** What is wrong with a package, one sentence each; empty when it holds just what it should. */
export function findTarballProblems({ bytes, paths }: Tarball): string[] {
	return [
		...paths
			.filter((path) => !BELONGS.some((pattern) => pattern.test(path)))
			.map((path) => `${path} does not belong in the package: leave it out of "files" in package.json.`),
		...NEEDED.filter((path) => !paths.includes(path)).map(
			(path) =>
				`${path} is missing from the package: run npm run build, and look at "files" in package.json.`,
		),
		...(bytes > LARGEST_BYTES
			? [`The package has ${bytes} bytes, more than ${LARGEST_BYTES}: something large came along.`]
			: []),
	];
}
