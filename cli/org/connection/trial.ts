/** What came of trying a connection. Nothing in it is secret or personal. */
export interface Trial {
	/** What was found to work, each in a sentence. */
	works: string[];
	/** What works and may cease to, or could not be tried. */
	warnings: string[];
	/** Why it cannot be used, with the remedy; null when it can. */
	problem: string | null;
}

/** Of a connection that cannot be used. */
export function unusable(problem: string): Trial {
	return { works: [], warnings: [], problem: /[.?!]$/.test(problem) ? problem : `${problem}.` };
}
