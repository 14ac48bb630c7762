import { closestLabel } from '../input/closestLabel';
import { LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES, standardNameOf } from '../lead/labels';

/** The fields of a lead whose values an organization names its own way, with these values in their standard order. */
export const PIPELINE_VALUES = {
	status: LEAD_STATUSES,
	source: LEAD_SOURCES,
	leadTemperature: LEAD_TEMPERATURES,
} as const;
export type PipelineKind = keyof typeof PIPELINE_VALUES;
export const PIPELINE_KINDS = Object.keys(PIPELINE_VALUES) as PipelineKind[];

/** What an organization calls a value. */
export interface PipelineEntry {
	/** The value itself, as rows have it: `CLOSED_WON`. */
	value: string;
	/** What people see. */
	label: string;
	/** Lists to choose from leave it out. It can still be given, and leads that have it keep it. */
	isHidden: boolean;
}

/** The values of each kind in the order of the organization; all of them, each once. */
export type Pipeline = Record<PipelineKind, PipelineEntry[]>;

/** The pipeline of an organization that has decided nothing. */
export function standardPipeline(): Pipeline {
	return completed([]);
}

/** A pipeline of what is known of some of its values, in their order; the others follow, as they are by standard. */
export function completed(known: readonly (PipelineEntry & { kind: string })[]): Pipeline {
	const entriesOf = (kind: PipelineKind) => {
		const values: readonly string[] = PIPELINE_VALUES[kind];
		const named = known
			.filter((entry) => entry.kind === kind && values.includes(entry.value))
			.map(({ value, label, isHidden }) => ({ value, label, isHidden }));
		const others = values.filter((value) => !named.some((entry) => entry.value === value));
		return [...named, ...others.map(standardEntry)];
	};
	return {
		status: entriesOf('status'),
		source: entriesOf('source'),
		leadTemperature: entriesOf('leadTemperature'),
	};
}

function standardEntry(value: string): PipelineEntry {
	return { value, label: standardNameOf(value), isHidden: false };
}

/** Whether nothing of a kind differs from the standard. */
export function isStandard(entries: readonly PipelineEntry[], kind: PipelineKind): boolean {
	return entries.every(({ value, label, isHidden }, place) => {
		const standard = PIPELINE_VALUES[kind][place];
		return value === standard && label === standardNameOf(value) && !isHidden;
	});
}

/** The kind whose values these labels of a field are; undefined for those of other fields, such as the status of a campaign. */
export function kindOf(labels: readonly string[] | undefined): PipelineKind | undefined {
	if (!labels) return undefined;
	return PIPELINE_KINDS.find((kind) => PIPELINE_VALUES[kind].join() === labels.join());
}

/**
 * The value that somebody means: by itself, its standard name or the organization's label, letter case aside. Undefined when
 * none is meant.
 */
export function meantValue(
	entries: readonly PipelineEntry[],
	kind: PipelineKind,
	given: string,
): string | undefined {
	const values: readonly string[] = PIPELINE_VALUES[kind];
	const standard = closestLabel(values, given);
	if (standard !== undefined) return standard;
	const label = closestLabel(
		entries.map((entry) => entry.label),
		given,
	);
	return entries.find((entry) => entry.label === label)?.value;
}
