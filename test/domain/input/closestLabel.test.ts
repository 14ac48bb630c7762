import { expect, it, test } from 'vitest';

import { closestLabel } from '../../../domain/input/closestLabel';
import { parseInput } from '../../../domain/input/parseInput';
import { readTruth } from '../../../domain/input/truth';
import { newLeadSchema } from '../../../domain/lead/input';
import { LEAD_STATUSES } from '../../../domain/lead/labels';
import { leadFilterSchema } from '../../../db/lead/leadFilter';

it.each(['CLOSED_WON', 'closed_won', 'Closed Won', ' closed-won ', 'closed  WON'])(
	'%j means CLOSED_WON, in a lead and in a filter',
	(status) => {
		expect(closestLabel(LEAD_STATUSES, status)).toBe('CLOSED_WON');
		expect(parseInput(newLeadSchema, { email: 'a@x.test', status })).toMatchObject({ status: 'CLOSED_WON' });
		expect(parseInput(leadFilterSchema, { status: [status] })).toMatchObject({ status: ['CLOSED_WON'] });
	},
);

it.each(['WON', 'CLOSED', 'CLOSEDWON', '', '__proto__'])('%j means no status', (status) => {
	expect(closestLabel(LEAD_STATUSES, status)).toBeUndefined();
});

it('takes the one that is written exactly, and none where two are meant', () => {
	expect(closestLabel(['Case', 'case'], 'case')).toBe('case');
	expect(closestLabel(['Case', 'case'], 'CASE')).toBeUndefined();
	expect(closestLabel(['a b', 'a-b'], 'A_B')).toBeUndefined();
});

test.each([
	[true, ['yes', 'Y', ' TRUE ', 't', 'on', '1', 1, true]],
	[false, ['No', 'n', 'false', 'F', 'OFF', '0', 0, false]],
	[undefined, ['', 'maybe', 'yes please', 2, null, undefined, {}]],
])('%s is written as %j', (expected, written) => {
	for (const value of written) expect(readTruth(value)).toBe(expected);
});
