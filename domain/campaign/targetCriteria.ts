import { z } from 'zod/v4';

import { withFacts } from '../input/facts';
import { integer, label, tags, timestamp, userId } from '../input/field';
import { jsonObject } from '../input/json';
import { LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES, type LeadStatus } from '../lead/labels';

/**
 * Whom criteria without a status mean: leads nobody is in talks with, and that are neither won nor lost.
 *
 * @internal tests compare them with what is read
 */
export const DEFAULT_TARGET_STATUSES: readonly LeadStatus[] = ['NEW', 'CONTACTED', 'QUALIFIED'];

const score = integer('must be from 0 to 100', 0, 100);
const commaSeparated = (value: unknown) => (typeof value === 'string' ? value.split(',') : value);
const oneOf = <const Labels extends readonly [string, ...string[]]>(labels: Labels) =>
	z.preprocess(
		(value) => (typeof value === 'string' ? [value] : value),
		z.array(label(labels), { error: `must be a list of ${labels.join(', ')}` }),
	);
const onlyTrue = z.literal(true, { error: 'must be true; write true, or leave it out' });

/** What leads may be chosen by; all that is given must hold. The names are those of a list of leads. */
const conditions = {
	assignedToId: userId,
	createdAfter: timestamp,
	createdBefore: timestamp,
	customFields: jsonObject,
	leadTemperature: oneOf(LEAD_TEMPERATURES),
	maxScore: score,
	minScore: score,
	neverContacted: z.boolean({ error: 'must be true or false; choose one of them' }),
	source: oneOf(LEAD_SOURCES),
	status: oneOf(LEAD_STATUSES),
	/** All of these. */
	tags: z.preprocess(commaSeparated, tags),
	unassigned: onlyTrue,
};
const NAMES = Object.keys(conditions).sort();

const conditionsSchema = z.object(conditions).partial();
export type TargetConditions = z.output<typeof conditionsSchema>;
/** As they are stored: `{}` means nobody, `{ all: true }` everybody. */
export type TargetCriteria = TargetConditions | { all: true };

interface Problem {
	/** In the criteria; empty for the whole. */
	path: PropertyKey[];
	message: string;
}

/** What criteria say: the leads they mean, nobody, or nothing that could be understood. */
export type Audience =
	| { kind: 'everybody' | 'some'; criteria: TargetCriteria; filter: TargetConditions }
	| { kind: 'nobody'; criteria: TargetCriteria }
	| { kind: 'unclear'; problems: Problem[] };

/**
 * Reads criteria from wherever they come. What is empty as a whole means nobody: null, `{}`, `{"tags": []}`. What has an empty
 * condition beside others, conditions that nobody fails, or anything unknown is unclear: nobody's audience grows by mistake.
 */
export function readTargetCriteria(given: unknown): Audience {
	if (given === null || given === undefined) return { kind: 'nobody', criteria: {} };
	if (typeof given !== 'object' || Array.isArray(given)) {
		return unclear([], 'must be a JSON object such as {"minScore": 40}, or {"all": true} for everybody');
	}
	const entries = Object.entries(given).filter(([, value]) => value !== undefined);
	if (entries.every(([, value]) => isEmpty(value))) return { kind: 'nobody', criteria: {} };
	const unknown = entries.find(([name]) => name !== 'all' && !NAMES.includes(name));
	if (unknown) return unclear([unknown[0]], `is no criterion; use some of ${NAMES.join(', ')}, or all`);
	const empty = entries.find(([, value]) => isEmpty(value));
	if (empty) return unclear([empty[0]], 'is empty, so that nobody meets it; fill it in, or leave it out');
	const fields = Object.fromEntries(entries);
	return 'all' in fields ? readAll(fields) : readConditions(fields);
}

function readAll(fields: Record<string, unknown>): Audience {
	if (fields['all'] !== true) return unclear(['all'], 'must be true; write true, or leave it out');
	if (Object.keys(fields).length > 1) {
		return unclear(['all'], 'means everybody, whatever else is said; leave out all, or the other criteria');
	}
	return { kind: 'everybody', criteria: { all: true }, filter: {} };
}

function readConditions(fields: Record<string, unknown>): Audience {
	const parsed = conditionsSchema.safeParse(fields);
	if (!parsed.success) {
		return { kind: 'unclear', problems: parsed.error.issues.map(({ path, message }) => ({ path, message })) };
	}
	const { minScore = 0, maxScore = 100, ...others } = parsed.data;
	if (Object.keys(others).length === 0 && minScore === 0 && maxScore === 100) {
		return unclear([], 'leaves out nobody; for everybody write {"all": true}');
	}
	const filter = { ...parsed.data, status: parsed.data.status ?? [...DEFAULT_TARGET_STATUSES] };
	return { kind: 'some', criteria: parsed.data, filter };
}

function unclear(path: PropertyKey[], message: string): Audience {
	return { kind: 'unclear', problems: [{ path, message }] };
}

function isEmpty(value: unknown): boolean {
	if (value === null || value === undefined) return true;
	if (typeof value === 'string') return value.trim() === '';
	return typeof value === 'object' && Object.values(value).every(isEmpty);
}

/** Criteria as people give them, checked and in one form; null means nobody. Errors never repeat a value. */
export const targetCriteriaSchema = withFacts(
	jsonObject.nullable().transform((given, context): TargetCriteria => {
		const audience = readTargetCriteria(given);
		if (audience.kind !== 'unclear') return audience.criteria;
		for (const { path, message } of audience.problems) context.addIssue({ code: 'custom', path, message });
		return z.NEVER;
	}),
	{ form: 'json' },
);
