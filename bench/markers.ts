import { readFileSync, writeFileSync } from 'node:fs';

/** Replaces what stands between the markers of a benchmark in a Markdown file; throws when they are missing. */
export function writeBetweenMarkers(file: string, benchmark: string, body: string): void {
	writeFileSync(file, replaceBetweenMarkers(readFileSync(file, 'utf8'), benchmark, body, file));
}

function replaceBetweenMarkers(text: string, benchmark: string, body: string, file: string): string {
	const begin = `<!-- bench ${benchmark}: begin, written by npm run bench -->`;
	const [from, to] = [text.indexOf(begin), text.indexOf(`<!-- bench ${benchmark}: end -->`)];
	if (from < 0 || to < from) {
		throw new Error(
			`${file} has no lines "${begin}" and "<!-- bench ${benchmark}: end -->". Add them where the result is to stand.`,
		);
	}
	return `${text.slice(0, from + begin.length)}\n\n${body}\n\n${text.slice(to)}`;
}
