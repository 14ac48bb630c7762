/** One thing that a benchmark has measured: a line of JSON, with the same names in every benchmark. */
export interface Line {
	benchmark: 'db' | 'nodes';
	/** What was measured: `listLeads newest`. Together with organization and size it names the line. */
	name: string;
	/** In which of the generated organizations; left out where there is one. */
	organization?: string;
	/** Leads in the database, or leads written. */
	size: number;
	/** The median, in milliseconds; null for what was given up. */
	ms: number | null;
	/** Times that of its floor, measured in turns; null where there is none. */
	ratio: number | null;
	/** The standard error of the ratio. */
	ratioError: number | null;
	/** Pages of 8 KB touched, which do not depend on the machine; null where they were not looked at. */
	buffers: number | null;
	/** Those of the floor. */
	floorBuffers: number | null;
	/** What else there is to know; it is not compared. */
	[detail: string]: unknown;
}

/** Where and on what the lines were measured: the first line of the output. */
export interface RunLine {
	benchmark: 'db' | 'nodes';
	run: Record<string, unknown>;
}

/** Name, organization and size, as people read them. */
export function nameOf({ benchmark, name, organization, size }: Line): string {
	const where = organization === undefined ? '' : ` (${organization})`;
	return `${benchmark}: ${name}${where} at ${size.toLocaleString('en')}`;
}
