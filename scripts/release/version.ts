/** The notes of a version, and when it was released; null when the changelog has none of it. */
export interface Notes {
	/** `2026-03-01`; null while it is not released. */
	date: string | null;
	text: string;
}

/**
 * Finds `## [1.2.3] - 2026-03-01` in a changelog in the form of Keep a Changelog.
 *
 * @internal tests read notes without a release
 */
export function notesOf(changelog: string, version: string): Notes | null {
	const heading = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\](?: - (\\S+))?$`, 'm');
	const found = heading.exec(changelog);
	if (!found) return null;
	const rest = changelog.slice(found.index + found[0].length);
	const end = /^## \[/m.exec(rest)?.index ?? rest.length;
	const date = /^\d{4}-\d{2}-\d{2}$/.test(found[1] ?? '') ? (found[1] ?? null) : null;
	return { date, text: rest.slice(0, end).trim() };
}

/**
 * What keeps a version from being released, one sentence each. `today` is the date that its notes should have, such as
 * `2026-03-01`; null takes any, for a tag that is published on another day than it was made.
 */
export function findVersionProblems(version: string, changelog: string, today: string | null): string[] {
	const [, numbers] = /^(\d+\.\d+\.\d+)[-+][\w.+-]+$/.exec(version) ?? [];
	if (numbers !== undefined)
		return [
			`The version ${version} is a pre-release, and npm would give it to everybody as the latest: release ${numbers}.`,
		];
	if (!/^\d+\.\d+\.\d+$/.test(version))
		return [`The version ${version} in package.json is not a semantic version.`];
	const notes = notesOf(changelog, version);
	if (!notes) return [`CHANGELOG.md has no section "## [${version}] - ${today ?? '<day>'}": write it.`];
	const isDated = today === null ? notes.date !== null : notes.date === today;
	return [
		...(isDated
			? []
			: [
					`CHANGELOG.md dates ${version} ${notes.date ?? 'not at all'}: set its heading to "## [${version}] - ${today ?? '<day>'}".`,
				]),
		...(notes.text === '' ? [`CHANGELOG.md says nothing of ${version}: write what a user notices.`] : []),
	];
}
