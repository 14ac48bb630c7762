import { z } from 'zod/v4';

import { ConflictError, ValidationError } from '../error/errors';
import { closestLabel } from '../input/closestLabel';
import { withFacts } from '../input/facts';
import { integer, label, text } from '../input/field';
import { standardNameOf } from '../lead/labels';
import {
	completed,
	meantValue,
	type Pipeline,
	PIPELINE_KINDS,
	PIPELINE_VALUES,
	type PipelineEntry,
	type PipelineKind,
} from './pipeline';

const name = withFacts(
	text(100)
		.transform((given) => given.trim())
		.refine(
			(given) => given !== '' && !/\p{Cc}/u.test(given),
			'is empty or longer than one line; write a name',
		),
	{ isShown: true },
);

function entriesSchema<const Values extends readonly [string, ...string[]]>(values: Values) {
	return z
		.array(
			z.strictObject({ value: label(values), label: name.optional(), isHidden: z.boolean().default(false) }),
			{ error: 'must be a list of values; write it as [{"value": "NEW", "label": "Fresh"}]' },
		)
		.optional();
}

/** Values by kind, in the order that they should have. What is left out follows, as it is by standard. */
export const pipelineSchema = z.strictObject({
	status: entriesSchema(PIPELINE_VALUES.status),
	source: entriesSchema(PIPELINE_VALUES.source),
	leadTemperature: entriesSchema(PIPELINE_VALUES.leadTemperature),
});
export type PipelineInput = z.output<typeof pipelineSchema>;

/** What to change of one value. */
export const pipelineChangeSchema = z.strictObject({
	label: name.optional(),
	/** Its place among the values of its kind, from 1. */
	position: integer('must be a place in the order', 1, 100).optional(),
	isHidden: z.boolean().optional(),
});
export type PipelineChange = z.output<typeof pipelineChangeSchema>;

/**
 * The whole pipeline that an input describes.
 *
 * @throws ValidationError when a value is named twice, or a label could mean two values
 */
export function arranged(input: PipelineInput): Pipeline {
	const known = PIPELINE_KINDS.flatMap((kind) => {
		const entries = input[kind] ?? [];
		const twice = entries.find(({ value }, place) => entries.findIndex((e) => e.value === value) !== place);
		if (twice) {
			throw new ValidationError(kind, `${kind} lists ${twice.value} twice`, 'Name every value once.');
		}
		return entries.map(({ value, label: given, isHidden }) => ({
			kind,
			value,
			label: given ?? standardNameOf(value),
			isHidden,
		}));
	});
	return checked(completed(known));
}

/**
 * The pipeline with one value changed.
 *
 * @param given the value, its standard name or its label
 * @throws ValidationError when there is no such value, or the label could mean another one
 */
export function withChange(
	pipeline: Pipeline,
	kind: PipelineKind,
	given: string,
	{ label: newLabel, position, isHidden }: PipelineChange,
): Pipeline {
	const entries = pipeline[kind];
	const value = getValue(entries, kind, given);
	const from = entries.findIndex((entry) => entry.value === value);
	const changed = entries.map((entry) =>
		entry.value === value
			? { value, label: newLabel ?? entry.label, isHidden: isHidden ?? entry.isHidden }
			: entry,
	);
	if (position !== undefined) changed.splice(position - 1, 0, ...changed.splice(from, 1));
	return checked({ ...pipeline, [kind]: changed });
}

/**
 * The value that is meant.
 *
 * @throws ValidationError that names those there are
 */
function getValue(entries: readonly PipelineEntry[], kind: PipelineKind, given: string): string {
	const value = meantValue(entries, kind, given);
	if (value !== undefined) return value;
	throw new ValidationError(
		kind,
		`${kind} must be one of ${PIPELINE_VALUES[kind].join(', ')}: "${given.slice(0, 60)}"`,
		'The values are fixed; what they are called, their order and which are shown is yours to choose.',
	);
}

function checked(pipeline: Pipeline): Pipeline {
	for (const kind of PIPELINE_KINDS) checkKind(kind, pipeline[kind]);
	return pipeline;
}

function checkKind(kind: PipelineKind, entries: readonly PipelineEntry[]): void {
	if (entries.every(({ isHidden }) => isHidden)) {
		throw new ConflictError(
			`Every ${kind} would be hidden`,
			'Show at least one, so that there is something to choose from.',
		);
	}
	for (const { value, label: given } of entries) {
		const others = entries.filter((entry) => entry.value !== value);
		const rival =
			closestLabel(PIPELINE_VALUES[kind], given) ??
			others.find((entry) => closestLabel([entry.label], given) !== undefined)?.value ??
			value;
		if (rival === value) continue;
		throw new ValidationError(
			kind,
			`The label "${given}" of ${value} could also mean ${rival}`,
			'Choose a label that is neither the name nor the label of another value.',
		);
	}
}
