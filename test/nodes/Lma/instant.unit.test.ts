import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';

import { ValidationError } from '../../../domain/error/errors';
import { toCalendarDate, toInstant } from '../../../nodes/Lma/instant';

const berlin = 'Europe/Berlin';
const remedy: unknown = expect.stringContaining('ISO 8601');

describe('toInstant', () => {
	test.each([
		['a time without a zone is the workflow’s local time', '2026-07-01T09:30:00', '2026-07-01T07:30:00.000Z'],
		['winter time is told from summer time', '2026-12-01T09:30', '2026-12-01T08:30:00.000Z'],
		['a time with a zone keeps it', '2026-07-01T09:30:00-05:00', '2026-07-01T14:30:00.000Z'],
		['UTC is UTC', '2026-07-01T09:30:00.123Z', '2026-07-01T09:30:00.123Z'],
		['a date alone is midnight in the workflow’s zone', '2026-07-01', '2026-06-30T22:00:00.000Z'],
		['white space around it does not matter', ' 2026-07-01T09:30:00Z ', '2026-07-01T09:30:00.000Z'],
		['a time that daylight saving skips moves forward', '2026-03-29T02:30:00', '2026-03-29T01:30:00.000Z'],
	])('%s', (_title, value, expected) => {
		expect(toInstant(value, 'scheduledAt', berlin)).toBe(expected);
	});

	test('a Luxon DateTime and a JS Date are taken as they are', () => {
		const instant = '2026-07-01T07:30:00.000Z';
		expect(toInstant(DateTime.fromISO(instant, { zone: 'Asia/Tokyo' }), 'scheduledAt', berlin)).toBe(instant);
		expect(toInstant(new Date(instant), 'scheduledAt', berlin)).toBe(instant);
	});

	test('every instant survives the way through every form', () => {
		const zones = fc.constantFrom('UTC', berlin, 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu');
		const instants = fc.date({
			min: new Date('1971-01-01'),
			max: new Date('2100-01-01'),
			noInvalidDate: true,
		});
		fc.assert(
			fc.property(instants, zones, zones, (date, zone, workflowZone) => {
				const expected = date.toISOString();
				const inZone = DateTime.fromJSDate(date, { zone });
				expect(toInstant(inZone, 'f', workflowZone)).toBe(expected);
				expect(toInstant(inZone.toString(), 'f', workflowZone)).toBe(expected);
				expect(toInstant(date, 'f', workflowZone)).toBe(expected);
			}),
		);
	});

	test.each([
		'tomorrow',
		'22.11.2026',
		'11/22/2026',
		'2026-02-30',
		'2026-13-01T00:00:00',
		'2026',
		'12:30',
		'',
		'2026-07-01T25:00:00',
		'0000-01-01T00:00:00Z',
		"2026-07-01'; drop table leads; --",
		1_767_225_600_000,
		null,
		undefined,
		true,
		{},
		[],
		new Date(Number.NaN),
		DateTime.invalid('test'),
	])('%j is refused by name, with the remedy', (value) => {
		expect(() => toInstant(value, 'scheduledAt', berlin)).toThrow(ValidationError);
		expect(() => toInstant(value, 'scheduledAt', berlin)).toThrow(/^scheduledAt: .* is not a date$/);
		expect(() => toInstant(value, 'scheduledAt', berlin)).toThrow(
			expect.objectContaining({ field: 'scheduledAt', description: remedy }),
		);
	});
});

describe('toCalendarDate', () => {
	test.each([
		['2026-07-01', '2026-07-01'],
		['2026-07-01T00:00:00', '2026-07-01'],
		['2026-07-01T00:00:00.000Z', '2026-07-01'],
		['2026-07-01T23:59:59-05:00', '2026-07-01'],
	])('%s keeps its day in a zone far away', (value, expected) => {
		expect(toCalendarDate(value, 'expectedCloseDate', 'America/Los_Angeles')).toBe(expected);
		expect(toCalendarDate(value, 'expectedCloseDate', 'Pacific/Kiritimati')).toBe(expected);
	});

	test('a JS Date is the day it is in the workflow’s zone', () => {
		expect(toCalendarDate(new Date('2026-06-30T22:30:00Z'), 'expectedCloseDate', berlin)).toBe('2026-07-01');
	});

	test('a day that does not exist is refused', () => {
		expect(() => toCalendarDate('2026-02-30', 'expectedCloseDate', berlin)).toThrow(
			'"2026-02-30" is not a date',
		);
	});
});
