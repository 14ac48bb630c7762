/** The notes of a version, and when it was released; null when the changelog has none of it. */
export interface Notes {
	/** `2026-03-01`; null while it is not released. */
	date: string | null;
	text: string;
}

/** Finds `## [1.2.3] - 2026-03-01` in a changelog in the form of Keep a Changelog. */
export function notesOf(changelog: string, version: string): Notes | null {
	const heading = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\](?: - (\\S+))?$`, 'm');
	const found = heading.exec(changelog);
	if (!found) return null;
	const rest = changelog.slice(found.index + found[0].length);
	const end = /^## \[/m.exec(rest)?.index ?? rest.length;
	const date = /^\d{4}-\d{2}-\d{2}$/.test(found[1] ?? '') ? (found[1] ?? null) : null;
	return { date, text: rest.slice(0, end).trim() };
}

/** What keeps a version from being released today, one sentence each. */
export function findVersionProblems(version: string, changelog: string, today: string): string[] {
	if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
		return [`The version ${version} in package.json is not a semantic version.`];
	const notes = notesOf(changelog, version);
	if (!notes) return [`CHANGELOG.md has no section "## [${version}] - ${today}": write it.`];
	return [
		...(notes.date === today
			? []
			: [
					`CHANGELOG.md dates ${version} ${notes.date ?? 'not at all'}: set its heading to "## [${version}] - ${today}".`,
				]),
		...(notes.text === '' ? [`CHANGELOG.md says nothing of ${version}: write what a user notices.`] : []),
	];
}
