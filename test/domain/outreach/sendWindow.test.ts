import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';

import { nextOpening, type SendWindow } from '../../../domain/outreach/sendWindow';

const window = (overrides: Partial<SendWindow> = {}): SendWindow => ({
	timezone: 'Europe/Berlin',
	fromMinute: 9 * 60,
	untilMinute: 17 * 60,
	weekdays: [1, 2, 3, 4, 5],
	...overrides,
});
/** The next opening, as local time with its offset. */
const next = (local: string, overrides: Partial<SendWindow> = {}) => {
	const chosen = window(overrides);
	const at = nextOpening(chosen, DateTime.fromISO(local, { zone: chosen.timezone }).toMillis());
	return at === null
		? null
		: DateTime.fromMillis(at, { zone: chosen.timezone }).toFormat("yyyy-MM-dd'T'HH:mmZZ");
};

describe('the time to send', () => {
	it('is now within the window, and the next opening outside of it', () => {
		expect(next('2026-11-23T09:00')).toBe('2026-11-23T09:00+01:00');
		expect(next('2026-11-23T16:59')).toBe('2026-11-23T16:59+01:00');
		expect(next('2026-11-23T17:00')).toBe('2026-11-24T09:00+01:00');
		expect(next('2026-11-23T03:00')).toBe('2026-11-23T09:00+01:00');
		expect(next('2026-11-27T18:00')).toBe('2026-11-30T09:00+01:00');
	});

	it('goes over midnight, and belongs to the day on which it begins', () => {
		const night = { fromMinute: 22 * 60, untilMinute: 6 * 60, weekdays: [5] };
		expect(next('2026-11-27T21:00', night)).toBe('2026-11-27T22:00+01:00');
		expect(next('2026-11-28T05:59', night)).toBe('2026-11-28T05:59+01:00');
		expect(next('2026-11-28T06:00', night)).toBe('2026-12-04T22:00+01:00');
		expect(next('2026-11-27T05:00', night)).toBe('2026-11-27T22:00+01:00');
	});

	it('keeps the hour on the wall when daylight saving begins or ends', () => {
		const everyDay = { weekdays: [1, 2, 3, 4, 5, 6, 7] };
		expect(next('2027-03-27T18:00', everyDay)).toBe('2027-03-28T09:00+02:00');
		expect(next('2027-10-30T18:00', everyDay)).toBe('2027-10-31T09:00+01:00');
	});

	it('that lies in the hour that is skipped is another day', () => {
		const skipped = { fromMinute: 135, untilMinute: 165, weekdays: [7] };
		expect(next('2027-03-28T00:00', skipped)).toBe('2027-04-04T02:15+02:00');
		const begun = { fromMinute: 135, untilMinute: 240, weekdays: [7] };
		expect(next('2027-03-28T00:00', begun)).toBe('2027-03-28T03:00+02:00');
	});

	it('that lies in the hour that is repeated comes twice', () => {
		const repeated = { fromMinute: 135, untilMinute: 165, weekdays: [7] };
		expect(next('2027-10-31T00:00', repeated)).toBe('2027-10-31T02:15+02:00');
		expect(next('2027-10-31T02:45+02:00', repeated)).toBe('2027-10-31T02:15+01:00');
	});
});

const zones = [
	'UTC',
	'Europe/Berlin',
	'America/New_York',
	'Australia/Lord_Howe',
	'Asia/Kathmandu',
	'Africa/Cairo',
	'America/Santiago',
	'Pacific/Chatham',
];
const minute = fc.integer({ min: 0, max: 1439 });
const anyWindow: fc.Arbitrary<SendWindow> = fc
	.record({
		timezone: fc.constantFrom(...zones),
		fromMinute: minute,
		untilMinute: fc.integer({ min: 1, max: 1440 }),
		weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
	})
	.filter(({ fromMinute, untilMinute }) => fromMinute !== untilMinute);
/** Around the changes to and from daylight saving of several years, and anywhere. */
const anyTime = fc.oneof(
	fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) }),
	fc
		.tuple(
			fc.constantFrom(
				Date.UTC(2027, 2, 28),
				Date.UTC(2027, 9, 31),
				Date.UTC(2026, 2, 8),
				Date.UTC(2026, 10, 1),
			),
			fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }),
		)
		.map(([change, distance]) => change + distance),
);

/** What the window means, told from the wall clock alone. */
function isOpenByWallClock(
	{ timezone, fromMinute, untilMinute, weekdays }: SendWindow,
	time: number,
): boolean {
	const local = DateTime.fromMillis(time, { zone: timezone });
	const now = local.hour * 60 + local.minute;
	const yesterday = ((local.weekday + 5) % 7) + 1;
	if (untilMinute > fromMinute) {
		return weekdays.includes(local.weekday) && now >= fromMinute && now < untilMinute;
	}
	return (
		(now >= fromMinute && weekdays.includes(local.weekday)) ||
		(now < untilMinute && weekdays.includes(yesterday))
	);
}

describe('any window, at any time', () => {
	it('is open exactly when the clock on the wall says so', () => {
		fc.assert(
			fc.property(anyWindow, anyTime, (chosen, time) => {
				expect(nextOpening(chosen, time) === time).toBe(isOpenByWallClock(chosen, time));
			}),
			{ numRuns: 3000 },
		);
	});

	it('opens next at the first moment at which it is open', () => {
		const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
		fc.assert(
			fc.property(
				anyWindow,
				anyTime,
				fc.array(share, { minLength: 20, maxLength: 20 }),
				(chosen, time, shares) => {
					const opening = nextOpening(chosen, time)!;
					expect(opening).toBeGreaterThanOrEqual(time);
					expect(isOpenByWallClock(chosen, opening)).toBe(true);
					if (opening === time) return;
					for (const before of [
						time,
						opening - 1,
						...shares.map((s) => Math.floor(time + s * (opening - 1 - time))),
					]) {
						expect(isOpenByWallClock(chosen, before)).toBe(false);
					}
				},
			),
			{ numRuns: 1000 },
		);
	});
});
