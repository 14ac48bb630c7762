/** What a release is made of. Those that look return problems, one sentence each; the scripts throw when they fail. */
export interface ReleaseSteps {
	/** Looks at what takes no time: checkout, version, changelog, migrations. */
	findNotReady(): string[];
	/** Builds, packs and tries the package. */
	findPackageProblems(): string[];
	runScript(name: string): void;
	makeTag(): void;
}

/** The scripts of package.json that have to pass before there is a tag, the quickest first. */
const SCRIPTS = ['typecheck', 'lint', 'test'];

/** Makes the tag when everything is right. Returns what is not; then there is none. */
export function prepareRelease(steps: ReleaseSteps): string[] {
	const notReady = steps.findNotReady();
	if (notReady.length > 0) return notReady;
	for (const name of SCRIPTS) steps.runScript(name);
	const broken = steps.findPackageProblems();
	if (broken.length > 0) return broken;
	// Tests take minutes: what was right before them may not be so any more.
	const notReadyNow = steps.findNotReady();
	if (notReadyNow.length > 0) return notReadyNow;
	steps.makeTag();
	return [];
}
