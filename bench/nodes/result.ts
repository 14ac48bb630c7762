/** One way of writing at one number of leads; medians of the runs. */
export interface Measurement {
	name: string;
	leads: number;
	runs: number;
	/** n8n's time of the node, or what `copy` took, in milliseconds. */
	ms: number;
	/** Every run, in the order in which all variants took turns. */
	samples: number[];
	/** The quickest and the slowest run. */
	range: [number, number];
	/** Megabytes of heap at the peak above the start, garbage included; null for `copy`. */
	heapMb: number | null;
	/** Megabytes of resident memory likewise; null where it was not measured. */
	residentMb: number | null;
}

/** A goal of the design, judged on medians of one run. */
export interface Goal {
	text: string;
	leads: number;
	/** What was measured, as a ratio, and what it should be. */
	ratio: number;
	goal: number;
	isMet: boolean;
}

/** All that a run has found out. */
export interface NodesResult {
	benchmark: 'nodes';
	startedAt: string;
	postgresql: string;
	n8n: string;
	machine: { cpu: string; cores: number; memoryGiB: number; node: string };
	/** Of the system over 1, 5 and 15 minutes, at the beginning and at the end. */
	loadAverage: { begin: number[]; end: number[] };
	measurements: Measurement[];
	goals: Goal[];
}
