import { ValidationError } from '../../../domain/errors';
import { toCalendarDate, toInstant } from '../instant';

type Conversion = (value: unknown, field: string, timezone: string) => unknown;

const CONVERSIONS: Record<string, Conversion> = {
	leadId: id,
	leadIds: ids,
	communicationId: id,
	noteId: id,
	userId: id,
	assignedToId: id,
	campaignId: id,
	workflowId: id,
	createdBy: id,
	userIds: ids,
	duplicateIds: ids,
	mergeId: id,
	score: number,
	minScore: number,
	maxScore: number,
	value: number,
	budgetAllocated: number,
	maxCommunications: number,
	periodDays: number,
	repliedWithinDays: number,
	weekdays: ids,
	budgetSpent: number,
	tags: list,
	customFields: json,
	commMetadata: json,
	targetCriteria: json,
	goals: json,
	scheduledAt: toInstant,
	sendAt: toInstant,
	repliedSince: toInstant,
	completedAt: toInstant,
	createdAfter: toInstant,
	createdBefore: toInstant,
	updatedAfter: toInstant,
	updatedBefore: toInstant,
	contactedAfter: toInstant,
	contactedBefore: toInstant,
	occurredAfter: toInstant,
	occurredBefore: toInstant,
	offset: number,
	scheduledAfter: toInstant,
	scheduledBefore: toInstant,
	expectedCloseDate: toCalendarDate,
	startDate: toCalendarDate,
	endDate: toCalendarDate,
	runsOn: toCalendarDate,
	returnAll: flag,
	simplify: flag,
	reassign: flag,
	reopen: flag,
	allowClosed: flag,
	countOnlyType: flag,
	unassigned: flag,
	neverContacted: flag,
	isActive: flag,
	skipUnknownLeads: flag,
	includeTemplate: flag,
	template: json,
};

/**
 * Converts a value from n8n to what its field takes: ids and numbers that arrive as text, numbers where text is
 * meant (a telephone number out of a spreadsheet), JSON as text, dates in any form n8n has. What cannot be converted
 * for certain is returned as it is; the schema of the database layer then says what is wrong with it.
 *
 * @param field column name in camelCase; the same name means the same everywhere
 * @throws ValidationError for JSON or a date that cannot be read
 */
export function convertField(field: string, value: unknown, timezone: string): unknown {
	// A mapped column may have any name, also one that every object has.
	const convert = Object.hasOwn(CONVERSIONS, field) ? CONVERSIONS[field] : undefined;
	return (convert ?? text)(value, field, timezone);
}

/** Agents and spreadsheets write truth as text. */
function flag(value: unknown): unknown {
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (word === 'true') return true;
	return word === 'false' ? false : value;
}

function text(value: unknown): unknown {
	return typeof value === 'number' ? String(value) : value;
}

function number(value: unknown): unknown {
	return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
}

function id(value: unknown): unknown {
	const plain = isLocator(value) ? value.value : value;
	return typeof plain === 'string' && /^\s*\d{1,15}\s*$/.test(plain) ? Number(plain) : plain;
}

function ids(value: unknown, field: string): unknown {
	const entries = list(value, field);
	return Array.isArray(entries) ? entries.map((entry) => id(entry)) : entries;
}

/** An array, JSON of one, or text with commas. An array is never split, so a tag may hold a comma. */
function list(value: unknown, field: string): unknown {
	if (typeof value === 'number') return [value];
	if (typeof value !== 'string') return value;
	if (value.trim().startsWith('[')) return json(value, field);
	return value
		.split(',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}

function json(value: unknown, field: string): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as unknown;
	} catch {
		return invalidJson(value, field);
	}
}

function invalidJson(value: string, field: string): never {
	throw new ValidationError(
		field,
		`${field}: "${value.slice(0, 40)}" is not valid JSON`,
		'Give JSON such as { "industry": "energy" }, or an expression that results in an object.',
	);
}

/** n8n takes the id out of a resource locator only at the top level, not inside a collection. */
export function isLocator(value: unknown): value is { __rl: true; value: unknown } {
	return typeof value === 'object' && value !== null && '__rl' in value && 'value' in value;
}
