import { z } from 'zod/v4';

import { COMMUNICATION_TYPES } from '../../domain/communication/communication';
import { campaignId, integer, label, text, userId } from '../../domain/input/field';
import { LEAD_STATUSES, LEAD_TEMPERATURES } from '../../domain/lead/labels';
import { isPlainValue, labelledValue } from '../../domain/pipeline/labelledValue';
import type { PipelineKind } from '../../domain/pipeline/pipeline';
import type { Sql } from '../connection/client';
import { getPipeline } from '../pipeline/pipeline';

/**
 * Which events of the chosen types are delivered: those that meet every key given. An event's own value counts where it
 * has one (the new temperature of a `lead.temperatureChanged`), else the lead as it is when the event is read.
 */
export const eventFilterSchema = z.strictObject({
	temperatures: z.array(label(LEAD_TEMPERATURES)).min(1).optional(),
	statuses: z.array(label(LEAD_STATUSES)).min(1).optional(),
	/** Least score, 0 to 100. */
	minScore: integer('must be from 0 to 100', 0, 100).optional(),
	/** Leads assigned to one of these users. */
	ownerIds: z.array(userId).min(1).optional(),
	/** Leads in one of these campaigns. */
	campaignIds: z.array(campaignId).min(1).optional(),
	/** Of events about communications only these; events about leads are not concerned. */
	communicationTypes: z.array(label(COMMUNICATION_TYPES)).min(1).optional(),
});
export type EventFilter = z.output<typeof eventFilterSchema>;

const labels = z.array(text(100)).min(1).optional();

/** A filter as it is given: statuses and temperatures may be labels of the organization. */
export const givenEventFilterSchema = eventFilterSchema.extend({ temperatures: labels, statuses: labels });
export type GivenEventFilter = z.output<typeof givenEventFilterSchema>;

const LABELLED = { temperatures: 'leadTemperature', statuses: 'status' } as const satisfies Partial<
	Record<keyof GivenEventFilter, PipelineKind>
>;
const LABELLED_FIELDS = ['temperatures', 'statuses'] as const;

/**
 * The filter with values in the place of labels. One statement where there are any that are not values themselves.
 *
 * @throws ValidationError that names the field when the organization has no such label
 */
export async function withValues(sql: Sql, filter: GivenEventFilter): Promise<GivenEventFilter> {
	const labelled = LABELLED_FIELDS.filter((field) =>
		filter[field]?.some((given) => !isPlainValue(LABELLED[field], given)),
	);
	if (labelled.length === 0) return filter;
	const pipeline = await getPipeline(sql);
	const meant = labelled.map((field) => [
		field,
		filter[field]?.map((given) => labelledValue(pipeline, LABELLED[field], field, given)),
	]);
	return { ...filter, ...(Object.fromEntries(meant) as Pick<GivenEventFilter, keyof typeof LABELLED>) };
}
