import { expect, test } from 'vitest';

import { dayEvidence, readDay } from '../../../domain/leadFile/day';

test.each([
	['2026-03-01', 'none', '2026-03-01', '2026-03-01'],
	['2026-03-01T23:30:00-08:00', 'none', '2026-03-01', '2026-03-01'],
	['05 Mar 2026', 'none', '2026-03-05', '2026-03-05'],
	['31/12/2026', 'dayFirst', '2026-12-31', undefined],
	['12/31/2026', 'monthFirst', undefined, '2026-12-31'],
	['01/02/2026', 'both', '2026-02-01', '2026-01-02'],
	['02/02/2026', 'none', '2026-02-02', '2026-02-02'],
	['01.02.2026', 'dayFirst', '2026-02-01', '2026-01-02'],
	['31/02/2026', 'unreadable', undefined, undefined],
	['31/12/26', 'unreadable', undefined, undefined],
])('%s: %s', (text, evidence, dayFirst, monthFirst) => {
	expect(dayEvidence(text)).toBe(evidence);
	expect(readDay(text, 'dayFirst')).toBe(dayFirst);
	expect(readDay(text, 'monthFirst')).toBe(monthFirst);
});

test('months have the names of the locale', () => {
	expect(readDay('5. März 2026', 'dayFirst')).toBeUndefined();
	expect(readDay('5. März 2026', 'dayFirst', 'de')).toBe('2026-03-05');
});
