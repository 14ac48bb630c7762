import { type Setting, SETTINGS } from './settings';

/** A setting as an organization has it. */
export interface SettingState {
	key: string;
	/** What is there, understood or not; null when it is not set. */
	value: unknown;
	/** What applies while it is not set; null when nothing does. */
	standard: unknown;
	hint: string;
}

/** Every setting, with what is said of it in an organization's settings. */
export function listSettings(settings: unknown): SettingState[] {
	return SETTINGS.map((setting) => ({
		key: setting.key,
		value: valueOf(settings, setting),
		standard: setting.standard ?? null,
		hint: setting.hint,
	}));
}

function valueOf(settings: unknown, { subject, name }: Setting): unknown {
	return fieldOf(fieldOf(settings, subject), name) ?? null;
}

function fieldOf(value: unknown, field: string): unknown {
	return typeof value === 'object' && value !== null && Object.hasOwn(value, field)
		? (value as Record<string, unknown>)[field]
		: undefined;
}
