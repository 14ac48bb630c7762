import { ValidationError } from '../error/errors';
import { closestLabel } from '../input/closestLabel';
import { standardNameOf } from '../lead/labels';
import {
	meantValue,
	type Pipeline,
	PIPELINE_VALUES,
	type PipelineEntry,
	type PipelineKind,
} from './pipeline';

/** Whether a text is a value of the kind or its standard name, so that nobody has to ask what the organization calls it. */
export function isPlainValue(kind: PipelineKind, given: string): boolean {
	return closestLabel<string>(PIPELINE_VALUES[kind], given) !== undefined;
}

/**
 * The value that a text means in an organization: by itself, its standard name or the organization's label.
 *
 * @param field how the error calls it
 * @throws ValidationError that names the labels and values there are
 */
export function labelledValue(pipeline: Pipeline, kind: PipelineKind, field: string, given: string): string {
	const entries = pipeline[kind];
	const value = meantValue(entries, kind, given);
	if (value !== undefined) return value;
	throw new ValidationError(
		field,
		`${field} must be one of ${entries.map(called).join(', ')}: "${given.slice(0, 60)}"`,
		'Give one of these labels or values.',
	);
}

/** `Signed (CLOSED_WON)`, or the value alone where its name is the standard one. */
function called({ value, label }: PipelineEntry): string {
	return label === standardNameOf(value) ? value : `${label} (${value})`;
}
