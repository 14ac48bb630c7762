import type { INodeProperties } from 'n8n-workflow';
import { expect, test } from 'vitest';
import type { z } from 'zod/v4';

import { claimSchema } from '../../../../db/subscription/claimEvents';
import { subscriptionSchema } from '../../../../db/subscription/subscription';
import { customFieldSchema } from '../../../../domain/customField/customField';
import { factsAt } from '../../../../domain/input/facts';
import { newOrganizationSchema } from '../../../../domain/organization/organization';
import { sendSettingsSchema } from '../../../../domain/outreach/sendRules';
import { partitionPolicySchema, retentionChangeSchema } from '../../../../domain/retention/retention';
import { scoringRuleSchema } from '../../../../domain/scoring/scoringRule';
import { newUserSchema } from '../../../../domain/user/input';
import { factsOfParameter, nodeParameters } from '../../../../nodes/Lma/actions/commonParameters';
import { listOperations } from '../../../../nodes/Lma/actions/operationRegister';

/** Everything that people fill in, by where they do so. */
const schemas: Record<string, z.ZodType> = {
	...Object.fromEntries(
		listOperations().flatMap(({ resource, name, operation: { schema } }) =>
			schema ? [[`${resource}.${name}`, schema] as const] : [],
		),
	),
	'every operation': nodeParameters,
	'custom field': customFieldSchema,
	organization: newOrganizationSchema,
	'partition policy': partitionPolicySchema,
	retention: retentionChangeSchema,
	'scoring rule': scoringRuleSchema,
	'send settings': sendSettingsSchema,
	subscription: subscriptionSchema,
	'claim of events': claimSchema,
	user: newUserSchema,
};

/** The paths of all fields, those of objects within objects and lists too. */
function fieldsOf(schema: z.core.$ZodType, path: PropertyKey[] = []): PropertyKey[][] {
	const def = (schema as z.core.$ZodTypes)._zod.def;
	const own = path.length > 0 ? [path] : [];
	if ('innerType' in def) return fieldsOf(def.innerType, path);
	switch (def.type) {
		case 'object':
			return [
				...own,
				...Object.entries(def.shape).flatMap(([key, inner]) => fieldsOf(inner, [...path, key])),
			];
		case 'union':
			return def.options.flatMap((option) => fieldsOf(option, path));
		case 'array':
			return [...own, ...fieldsOf(def.element, path)];
		case 'record':
			return [...own, ...fieldsOf(def.valueType, [...path, 'any key'])];
		case 'pipe':
			return [...fieldsOf(def.in, path), ...fieldsOf(def.out, path)];
		default:
			return own;
	}
}

const written = (path: PropertyKey[]) => path.map(String).join('.');

/** The fields that may be shown, each named once for all schemas. Whoever adds to this list looks at what people may put there. */
const SHOWN = `
	activityMonths afterLeadId assignedToId attemptDays budgetAllocated budgetSpent campaignId checkSend
	communicationId communicationType communicationTypes completedAt contactedAfter contactedBefore
	createdAfter createdBefore createdBy dailyEnrolmentCap direction duplicateIds endDate eventTypes
	expectedCloseDate field filter.campaignIds filter.communicationTypes filter.minScore filter.ownerIds
	filter.statuses filter.temperatures from id ids ifBlocked ifChanged inN8n keepMonths leadId leadIds
	leadTemperature leaseSeconds limit match maxCommunications maxScore mergeId minScore noteId
	occurredAfter occurredBefore offset onInvalidField operator periodDays points position reason
	repliedSince repliedWithinDays retireBy role rules.* runsOn sampleSize scheduledAfter scheduledAt
	scheduledBefore score sendAt sendFrom sendUntil slug sortBy sortDirection source staleDays startDate
	state status strategy tagAction timezone type updatedAfter updatedBefore userId userIds value weekdays
	workflowId
`;

test('errors repeat the values of these fields alone: numbers, labels and times, nothing personal', () => {
	const shown = Object.values(schemas).flatMap((schema) =>
		fieldsOf(schema)
			.filter((path) => factsAt(schema, path).isShown)
			.map((path) => written(path).replace(/^rules\..+/, 'rules.*')),
	);
	expect([...new Set(shown)].sort()).toEqual(SHOWN.trim().split(/\s+/));
});

const PERSONAL =
	/^(email|billingEmail|firstName|lastName|username|name|company|jobTitle|phone|website|linkedinUrl|notes|tags|content|subject|description|search|label|key|options|customField.*|commMetadata|targetCriteria|goals|template)\b/;

test('nor is what people write ever shown, in whatever schema', () => {
	const fields = Object.entries(schemas).flatMap(([where, schema]) =>
		fieldsOf(schema).map((path) => ({ where, field: written(path), isShown: factsAt(schema, path).isShown })),
	);
	const personal = fields.filter(({ field }) => PERSONAL.test(field));
	expect(personal.length).toBeGreaterThan(50);
	expect(personal.filter(({ isShown }) => isShown)).toEqual([]);
});

const parameters = listOperations().flatMap(({ operation }) =>
	operation.description
		.flatMap((parameter) => [
			parameter,
			...((parameter.type === 'collection' ? parameter.options : []) as INodeProperties[]),
		])
		.map((parameter) => ({ parameter, facts: factsOfParameter(operation.schema, parameter.name) })),
);

test('whose id it is is known of every field for ids, save for the id of the row itself', () => {
	const ids = Object.entries(schemas).flatMap(([where, schema]) =>
		fieldsOf(schema).map((path) => ({ field: written(path), where, ...factsAt(schema, path) })),
	);
	const unknown = ids.filter(({ form, entity }) => (form === 'id' || form === 'ids') && !entity);
	// The days are a list of numbers, read as one of ids is.
	expect([...new Set(unknown.map(({ field, where }) => `${field} of ${where}`))].sort()).toEqual([
		'id of campaign.update',
		'id of communication.reschedule',
		'id of lead.changeStatus',
		'id of lead.tag',
		'id of lead.update',
		'weekdays of communication.checkSend',
		'weekdays of send settings',
	]);
});

test('a parameter is converted in the same way in all operations', () => {
	const forms = Map.groupBy(parameters, ({ parameter }) => parameter.name);
	const several = [...forms].filter(([, found]) => new Set(found.map(({ facts }) => facts.form)).size > 1);
	expect(several.map(([name]) => name)).toEqual([]);
});

test('what n8n asks for as a date, a number, a switch or JSON is not taken for text', () => {
	const wanted: Partial<Record<INodeProperties['type'], string[]>> = {
		boolean: ['flag'],
		dateTime: ['day', 'moment'],
		json: ['json'],
		number: ['number'],
		resourceLocator: ['id'],
	};
	const wrong = parameters.filter(
		({ parameter, facts: { form = 'text' } }) => wanted[parameter.type]?.includes(form) === false,
	);
	expect(wrong.map(({ parameter }) => parameter.name)).toEqual([]);
});

test('a lead or user may be given by address wherever the node offers that', () => {
	const offering = parameters.filter(({ parameter }) =>
		parameter.modes?.some(({ name }) => name === 'email'),
	);
	expect(
		new Set(offering.map(({ parameter: { name }, facts }) => `${name}: ${String(facts.entity)}`)),
	).toEqual(new Set(['leadId: lead', 'assignedToId: user', 'createdBy: user', 'userId: user']));
});
