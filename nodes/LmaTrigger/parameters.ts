import type { ITriggerFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';

import { type GivenEventFilter, givenEventFilterSchema } from '../../db/subscription/eventFilter';
import { ValidationError } from '../../domain/error/errors';
import { EVENT_TYPES, type EventType } from '../../domain/event/event';
import { factsOfField } from '../../domain/input/facts';
import { convertField } from '../Lma/actions/convertField';

/** What the user has filled in. */
export interface TriggerParameters {
	events: EventType[];
	/** Statuses and temperatures may be labels of the organization, which is asked when the subscription is opened. */
	filter: GivenEventFilter;
	whileUnpublished: 'catchUp' | 'startFromNow';
	simplify: boolean;
	options: z.output<typeof optionsSchema>;
}

const optionsSchema = z.object({
	acknowledge: z.enum(['finished', 'handedOver']).default('finished'),
	batchSize: z.coerce.number().int().min(1).max(1000).default(100),
	executionPer: z.enum(['batch', 'event']).default('batch'),
	parallel: z.coerce.number().int().min(1).max(20).default(1),
	ignoreOwnChanges: z.boolean().default(false),
	includeLead: z.boolean().default(true),
	longestWaitMinutes: z.coerce.number().min(1).max(1440).default(60),
	retries: z.coerce.number().int().min(0).max(10).default(0),
	secondsBetweenRetries: z.coerce.number().min(0).max(3600).default(30),
	skipRepeats: z.boolean().default(false),
});

const eventsSchema = z.array(z.enum(EVENT_TYPES)).min(1);

/** @throws ValidationError that names the parameter */
export function readParameters(context: ITriggerFunctions): TriggerParameters {
	const timezone = context.getTimezone();
	const whileUnpublished = context.getNodeParameter('whileUnpublished', 'catchUp');
	return {
		events: check('events', eventsSchema, context.getNodeParameter('events', [])),
		filter: readFilter(context.getNodeParameter('filters', {}) as Record<string, unknown>, timezone),
		whileUnpublished: check('whileUnpublished', z.enum(['catchUp', 'startFromNow']), whileUnpublished),
		simplify: context.getNodeParameter('simplify', false) === true,
		options: check('options', optionsSchema, context.getNodeParameter('options', {})),
	};
}

/** An empty list means that any will do. */
function readFilter(chosen: Record<string, unknown>, timezone: string): GivenEventFilter {
	const filter = Object.entries(chosen)
		.map(([field, value]) => [field, toIds(field, value, timezone)] as const)
		.filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0));
	return check('filters', givenEventFilterSchema, Object.fromEntries(filter));
}

/** Lists of ids as they are read everywhere: an array, JSON, or text with commas. Other fields as they are. */
function toIds(field: string, value: unknown, timezone: string): unknown {
	const facts = factsOfField(givenEventFilterSchema, field);
	return facts?.form === 'ids' ? convertField(value, field, facts, { zone: timezone }) : value;
}

function check<Schema extends z.ZodType>(
	parameter: string,
	schema: Schema,
	value: unknown,
): z.output<Schema> {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	const field = [parameter, ...(issue?.path ?? [])].filter((part) => typeof part === 'string').join('.');
	throw new ValidationError(
		field,
		`The parameter ${field} of the LMA Trigger cannot be used: ${issue?.message ?? 'it is wrong'}`,
		'Open the node and choose from its list.',
	);
}
