import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';

import { ValidationError } from '../../../domain/error/errors';
import { toCalendarDate, toInstant } from '../../../nodes/Lma/instant';

const berlin = { zone: 'Europe/Berlin' };
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
		['SQL is local time', '2027-01-05 14:00', '2027-01-05T13:00:00.000Z'],
		['SQL may name its zone', '2027-01-05 14:00:00.5 America/New_York', '2027-01-05T19:00:00.500Z'],
		['what PostgreSQL writes', '2027-01-05 14:00:00.123456+02', '2027-01-05T12:00:00.123Z'],
		['slashes behind the year', '2027/1/5 9:05', '2027-01-05T08:05:00.000Z'],
		['RFC 2822', 'Tue, 05 Jan 2027 14:00:00 +0200', '2027-01-05T12:00:00.000Z'],
		['RFC 2822 without its day', '5 Jan 2027 14:00 GMT', '2027-01-05T14:00:00.000Z'],
		['HTTP', 'Tue, 05 Jan 2027 14:00:00 GMT', '2027-01-05T14:00:00.000Z'],
		[
			'JavaScript',
			'Tue Jan 05 2027 14:00:00 GMT+0100 (Central European Standard Time)',
			'2027-01-05T13:00:00.000Z',
		],
		['a week', '2027-W01-2', '2027-01-04T23:00:00.000Z'],
		['a day of the year', '2027-005', '2027-01-04T23:00:00.000Z'],
		['ISO without hyphens', '20270105T140000Z', '2027-01-05T14:00:00.000Z'],
		['a month by name', 'January 5th, 2027 3:15 PM', '2027-01-05T14:15:00.000Z'],
		['milliseconds since 1970', 1_767_225_600_000, '2026-01-01T00:00:00.000Z'],
		['milliseconds as text', '1767225600123', '2026-01-01T00:00:00.123Z'],
		['seconds since 1970, as n8n tells them apart', 1_767_225_600, '2026-01-01T00:00:00.000Z'],
		['seconds with a fraction', '1767225600.25', '2026-01-01T00:00:00.250Z'],
		['one day whatever the order', '05/05/2027', '2027-05-04T22:00:00.000Z'],
	])('%s', (_title, value, expected) => {
		expect(toInstant(value, 'scheduledAt', berlin)).toBe(expected);
	});

	test('a Luxon DateTime and a JS Date are taken as they are', () => {
		const instant = '2026-07-01T07:30:00.000Z';
		expect(toInstant(DateTime.fromISO(instant, { zone: 'Asia/Tokyo' }), 'scheduledAt', berlin)).toBe(instant);
		expect(toInstant(new Date(instant), 'scheduledAt', berlin)).toBe(instant);
	});

	test('every instant survives the way through every form', () => {
		const zones = fc.constantFrom('UTC', berlin.zone, 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu');
		const instants = fc.date({
			min: new Date('1974-01-01'),
			max: new Date('2100-01-01'),
			noInvalidDate: true,
		});
		fc.assert(
			fc.property(instants, zones, zones, (date, zone, workflowZone) => {
				const expected = date.toISOString();
				const inZone = DateTime.fromJSDate(date, { zone });
				const rules = { zone: workflowZone };
				expect(toInstant(date.getTime(), 'f', rules)).toBe(expected);
				expect(toInstant(inZone, 'f', rules)).toBe(expected);
				expect(toInstant(inZone.toString(), 'f', rules)).toBe(expected);
				expect(toInstant(date, 'f', rules)).toBe(expected);
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
		20260301,
		-1,
		1.5,
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

describe('a date in numbers', () => {
	test.each([
		['01/02/2027', 'de', '2027-02-01'],
		['1.2.2027 14:30', 'de_DE.UTF-8', '2027-02-01'],
		['1/2/2027, 2:30 PM', 'en-GB', '2027-02-01'],
		['01/02/2027', 'en-US', '2027-01-02'],
		['31-12-2027', 'nl', '2027-12-31'],
		['31.12.2027', 'pt_BR', '2027-12-31'],
		['5. Januar 2027', 'de', '2027-01-05'],
		['5 de enero de 2027', 'es', '2027-01-05'],
	])('%s is read as %s writes it', (value, locale, expected) => {
		expect(toCalendarDate(value, 'expectedCloseDate', { zone: 'Asia/Tokyo', locale })).toBe(expected);
	});

	test.each([[undefined], ['sv'], ['no locale']])('is never guessed, locale %s', (locale) => {
		const read = () => toInstant('01/02/2027', 'scheduledAt', { ...berlin, locale });
		expect(read).toThrow('scheduledAt: "01/02/2027" may be 1 February 2027 or 2 January 2027');
	});

	test('that does not exist in that order is refused', () => {
		expect(() => toInstant('11/22/2026', 'scheduledAt', { ...berlin, locale: 'de' })).toThrow(
			'is not a date',
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
		expect(toCalendarDate(value, 'expectedCloseDate', { zone: 'America/Los_Angeles' })).toBe(expected);
		expect(toCalendarDate(value, 'expectedCloseDate', { zone: 'Pacific/Kiritimati' })).toBe(expected);
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
