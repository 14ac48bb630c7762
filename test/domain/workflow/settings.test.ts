import { expect, it } from 'vitest';

import { OLDEST_SETTINGS, settingsFor, settingsNotKept } from '../../../domain/workflow/settings';

const taken = new Set(['timezone', 'executionTimeout', 'callerPolicy', 'binaryMode', 'saveManualExecutions']);

it('what an n8n takes is sent, what it does not know is named, and what says nothing is neither', () => {
	const template = {
		timezone: 'DEFAULT',
		executionTimeout: null,
		callerPolicy: 'none',
		redactionPolicy: 'all',
	};
	expect(settingsFor(template, { taken })).toEqual({
		settings: { callerPolicy: 'none' },
		unknown: ['redactionPolicy'],
	});
});

it('what was sent before and is not in the template any more is taken back, where n8n can', () => {
	const outdated = ['timezone', 'executionTimeout', 'saveManualExecutions', 'redactionPolicy'];
	expect(settingsFor({ executionTimeout: 5 }, { taken, outdated })).toEqual({
		settings: { executionTimeout: 5, timezone: 'DEFAULT' },
		unknown: [],
	});
});

it.each([
	[{ timezone: 'Asia/Tokyo' }, { timezone: 'Asia/Tokyo', more: 1 }, []],
	[{ timezone: 'Asia/Tokyo' }, {}, ['timezone']],
	[{ callerPolicy: 'workflowsFromSameOwner', executionTimeout: -1, timezone: 'DEFAULT' }, null, []],
	[{ binaryMode: 'separate' }, { binaryMode: 'combined' }, ['binaryMode']],
])('of %j n8n has %j: not kept are %j', (sent, kept, names) => {
	expect(settingsNotKept(sent, kept)).toEqual(names);
});

it('the oldest n8n takes no setting that came later', () => {
	expect([...OLDEST_SETTINGS]).not.toContain('redactionPolicy');
});
