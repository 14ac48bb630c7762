import type { Sql } from '../../db/connection/client';

export type Severity = 'ok' | 'warn' | 'problem';

/** One thing that was looked at. */
export interface Finding {
	severity: Severity;
	/** What it is about, as SQL writes it: `public.leads`, `role lma_app`; for what is fine, what was looked at. */
	object: string;
	/** The fact, with numbers. */
	found: string;
	/** SQL that ends in `;`, a command, or a sentence; null when nothing is to be done. */
	remedy: string | null;
}

/** From where on something is worth a line. Ages in seconds, sizes in bytes. */
export interface Thresholds {
	/** Days that the statistics must cover before an index that was never scanned counts as unused. */
	unusedIndexDays: number;
	/** Smaller unused indexes are not worth a line. */
	unusedIndexBytes: number;
	/** Space that could be won back, at least. */
	bloatBytes: number;
	/** Rows that changed, or died, at least. */
	changedRows: number;
	/** How long a transaction may stay open. Twelve times as long is a problem. */
	openTransactionSeconds: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
	unusedIndexDays: 7,
	unusedIndexBytes: 1024 ** 2,
	bloatBytes: 10 * 1024 ** 2,
	changedRows: 10_000,
	openTransactionSeconds: 300,
};

/** One family of checks. It sends a constant number of statements, whatever the database holds. */
export interface Check {
	/** `unused indexes`: what the lines of the report begin with. */
	name: string;
	/** Reads tables, not only catalogues, and therefore runs as lma_owner. */
	readsTables?: boolean;
	/** At least one finding; a single one that is `ok` when all is well. */
	run(sql: Sql, thresholds: Thresholds): Promise<Finding[]>;
}

/** The findings, or when there are none that all of `object` is fine. */
export function orFine(findings: Finding[], object: string, found: string): Finding[] {
	return findings.length > 0 ? findings : [{ severity: 'ok', object, found, remedy: null }];
}

/** `1,234,567` */
export function count(value: number): string {
	return Math.round(value).toLocaleString('en-US');
}

/** `3 rows`, `1 row`; the plural has an s. */
export function countOf(value: number, singular: string): string {
	return `${count(value)} ${singular}${value === 1 ? '' : 's'}`;
}

/** `34 MB` */
export function bytes(value: number): string {
	const steps = ['bytes', 'kB', 'MB', 'GB', 'TB'];
	const step = Math.min(steps.length - 1, value < 1 ? 0 : Math.floor(Math.log2(value) / 10));
	return `${count(value / 1024 ** step)} ${steps[step] ?? 'bytes'}`;
}

/** `40 s`, `12 min`, `3 h`, `9 days` */
export function duration(seconds: number): string {
	if (seconds < 120) return `${Math.round(seconds)} s`;
	if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
	if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
	return `${Math.round(seconds / 86_400)} days`;
}
