import { z } from 'zod/v4';

import { LmaError, ValidationError } from '../error/errors';
import { factsOf } from '../input/facts';
import { nearest } from '../input/nearest';
import { parseInput } from '../input/parseInput';
import { dispatchSettingsSchema } from '../outreach/dispatchSettings';
import { sendSettingsSchema } from '../outreach/sendRules';
import { retentionSchema } from '../retention/retention';
import { scoringSettingsSchema } from '../scoring/scoringRule';
import { readingsOf } from './typedSetting';

/**
 * What LMA reads of `organizations.settings`, by the key there. What else is in it belongs to other programs. The schemas say
 * what each key is for and what applies without it.
 */
export const SETTING_SUBJECTS: Readonly<Record<string, z.ZodObject>> = {
	dispatch: dispatchSettingsSchema,
	retention: retentionSchema,
	scoring: scoringSettingsSchema,
	sendGate: sendSettingsSchema.refine(
		({ sendFrom = '00:00', sendUntil = '24:00' }) => sendFrom !== sendUntil,
		{
			path: ['sendUntil'],
			message: 'is the same time as sendFrom, so that nothing could be sent; choose another time',
		},
	),
};

/** One setting of an organization. */
export interface Setting {
	/** `sendGate.sendFrom` */
	key: string;
	subject: string;
	name: string;
	schema: z.ZodType;
	hint: string;
	/** What applies while it is not set; undefined when nothing does. */
	standard: unknown;
}

/** Every setting there is, in the order of the subjects. */
export const SETTINGS: readonly Setting[] = Object.entries(SETTING_SUBJECTS).flatMap(([subject, { shape }]) =>
	Object.entries(shape).map(([name, field]) => {
		const schema = field as z.ZodType;
		const { hint = '', standard } = factsOf(schema);
		return { key: `${subject}.${name}`, subject, name, schema, hint, standard };
	}),
);

/**
 * The setting with this key, letter case aside.
 *
 * @throws ValidationError that names the keys like it
 */
export function getSetting(key: string): Setting {
	const found = SETTINGS.find((known) => known.key.toLowerCase() === key.toLowerCase());
	if (found) return found;
	const names = SETTINGS.map((known) => known.key);
	const alike = nearest(key, names);
	const bare = nearest(
		key.split('.').at(-1) ?? key,
		SETTINGS.map(({ name }) => name),
	);
	const near =
		alike.length > 0 ? alike : SETTINGS.filter(({ name }) => bare.includes(name)).map((s) => s.key);
	throw new ValidationError(
		'key',
		`There is no setting "${key.slice(0, 60)}"`,
		near.length > 0
			? `Did you mean ${near.join(' or ')}? \`lma org settings get <slug>\` shows all.`
			: `The settings are ${names.join(', ')}.`,
	);
}

/**
 * A value as it is stored, from what was typed: see `readingsOf`.
 *
 * @throws ValidationError that says what it should be
 */
export function readSetting(setting: Setting, typed: string): unknown {
	const { key, schema } = setting;
	const readings = readingsOf(setting, typed);
	for (const reading of readings) {
		const read = schema.safeParse(reading);
		if (reading !== undefined && read.success) return read.data;
	}
	return parseInput(keyed(key, schema), { [key]: readings[0] ?? typed })[key];
}

/** Something in the settings that cannot be understood. */
export interface SettingProblem {
	/** `sendGate.sendFrom`, or a subject as a whole. */
	key: string;
	/** What is wrong, as a sentence that names the key. */
	problem: string;
}

/** What of an organization's settings cannot be understood; unknown subjects are other programs'. */
export function findSettingProblems(settings: unknown): SettingProblem[] {
	if (settings === null || settings === undefined) return [];
	if (!isObject(settings)) return [{ key: 'settings', problem: 'settings is not a JSON object' }];
	return Object.entries(SETTING_SUBJECTS).flatMap(([subject, schema]) => {
		const given = settings[subject];
		if (given === null || given === undefined) return [];
		if (!isObject(given)) return [{ key: subject, problem: `${subject} is not a JSON object` }];
		const single = Object.entries(given).flatMap(([name, value]) => findKeyProblem(subject, name, value));
		return single.length > 0 ? single : problemOf(subject, keyed(subject, schema), { [subject]: given });
	});
}

function findKeyProblem(subject: string, name: string, value: unknown): SettingProblem[] {
	const key = `${subject}.${name}`;
	const known = SETTINGS.find((setting) => setting.key === key);
	if (!known) return [{ key, problem: `${key.slice(0, 80)} is not a setting` }];
	if (value === null) return [{ key, problem: `${key} is null` }];
	return problemOf(key, keyed(key, known.schema), { [key]: value });
}

function problemOf(key: string, schema: z.ZodType, value: unknown): SettingProblem[] {
	try {
		parseInput(schema, value);
		return [];
	} catch (error) {
		if (error instanceof LmaError) return [{ key, problem: error.message }];
		throw error;
	}
}

function keyed(key: string, schema: z.ZodType) {
	return z.object({ [key]: schema });
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
