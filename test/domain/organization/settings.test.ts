import { describe, expect, it } from 'vitest';

import {
	findSettingProblems,
	getSetting,
	readSetting,
	SETTINGS,
} from '../../../domain/organization/settings';
import { listSettings } from '../../../domain/organization/settingState';

describe('every setting', () => {
	it('says what it is for', () => {
		expect(SETTINGS.filter(({ hint }) => !/^[A-Z].{10,}\.$/.test(hint)).map(({ key }) => key)).toEqual([]);
	});

	it('takes its own default', () => {
		for (const { key, schema, standard } of SETTINGS) {
			if (standard !== undefined) expect(schema.safeParse(standard).success, key).toBe(true);
		}
	});
});

describe('a key', () => {
	it('is found whatever its letter case', () => {
		expect(getSetting('SENDGATE.sendfrom').key).toBe('sendGate.sendFrom');
	});

	it.each([
		['sendGate.sendform', /Did you mean sendGate\.sendFrom/],
		['hotFrom', /Did you mean scoring\.hotFrom/],
		['scoring.hot', /scoring\.hotFrom/],
		['retentions.activityMonth', /Did you mean retention\.activityMonths/],
		['gate.allowClosed', /sendGate\.allowClosed/],
		['xyzzy', /The settings are .*scoring\.hotFrom/],
		['', /The settings are/],
		['__proto__', /The settings are|Did you mean/],
	])('"%s" that there is not is answered with those like it', (key, remedy) => {
		expect(() => getSetting(key)).toThrow(`There is no setting "${key}"`);
		expect(() => getSetting(key)).toThrow(
			expect.objectContaining({
				code: 'INVALID_VALUE',
				description: expect.stringMatching(remedy) as string,
			}) as Error,
		);
	});
});

describe('a typed value', () => {
	it.each([
		['scoring.hotFrom', '80', 80],
		['scoring.hotFrom', ' 80 ', 80],
		['sendGate.allowClosed', 'true', true],
		['sendGate.weekdays', '1,2, 3', [1, 2, 3]],
		['sendGate.weekdays', '[6]', [6]],
		['sendGate.weekdays', '7', [7]],
		['sendGate.weekdays', 'mon,Tue, Sunday', [1, 2, 7]],
		['sendGate.weekdays', '1-5', [1, 2, 3, 4, 5]],
		['sendGate.weekdays', 'Fri - Mon', [5, 6, 7, 1]],
		['sendGate.allowClosed', 'Yes', true],
		['sendGate.allowReplied', 'off', false],
		['sendGate.blockTags', 'vip, no mail', ['vip', 'no mail']],
		['sendGate.blockTags', '["a, b"]', ['a, b']],
		['sendGate.timezone', ' Europe/Vienna', 'Europe/Vienna'],
		['sendGate.sendFrom', '09:00', '09:00'],
		['sendGate.timezone', 'Europe/Vienna', 'Europe/Vienna'],
		['retention.activityMonths', '24', 24],
	])('of %s: %s is read as %j', (key, typed, value) => {
		expect(readSetting(getSetting(key), typed)).toEqual(value);
	});

	it.each([
		['scoring.hotFrom', '101', 'scoring.hotFrom must be a score from 0 to 100: 101'],
		['scoring.hotFrom', 'high', 'scoring.hotFrom must be a score from 0 to 100: "high"'],
		['scoring.hotFrom', 'null', 'scoring.hotFrom must be a score from 0 to 100: "null"'],
		['sendGate.allowClosed', 'perhaps', 'sendGate.allowClosed must be true or false'],
		['sendGate.sendFrom', '9', 'sendGate.sendFrom is not a time of day: "9"'],
		['sendGate.timezone', '5', 'sendGate.timezone is not a time zone: "5"'],
		['sendGate.weekdays', 'mon-payday', 'must be from 1 (Monday) to 7 (Sunday): "mon-payday"'],
		['sendGate.timezone', 'Mars', 'sendGate.timezone is not a time zone: "Mars"'],
		['sendGate.weekdays', '0,1', 'must be from 1 (Monday) to 7 (Sunday)'],
	])('of %s: %s is refused', (key, typed, message) => {
		expect(() => readSetting(getSetting(key), typed)).toThrow(message);
	});
});

describe('what cannot be understood', () => {
	it.each([
		[null, []],
		[{ theme: 'dark', scoring: { hotFrom: 60 } }, []],
		[[1], ['settings']],
		[5, ['settings']],
		[{ scoring: 5 }, ['scoring']],
		[{ scoring: { hotFrom: 'soon', warmFrom: null } }, ['scoring.hotFrom', 'scoring.warmFrom']],
		[{ sendGate: { sendForm: '09:00' } }, ['sendGate.sendForm']],
		[{ scoring: { hotFrom: 30 } }, ['scoring']],
	])('in %j is named', (settings, keys) => {
		expect(findSettingProblems(settings).map(({ key }) => key)).toEqual(keys);
	});

	it('is shown with the others', () => {
		const shown = listSettings({ scoring: { hotFrom: 'soon' } });
		expect(shown.find(({ key }) => key === 'scoring.hotFrom')).toMatchObject({ value: 'soon', standard: 70 });
	});
});
