import { describe, expect, it, test } from 'vitest';

import {
	afterEnrolment,
	dayIn,
	type EnrolmentFacts,
	planEnrolment,
} from '../../../domain/campaign/enrolment';

const TODAY = '2027-03-15';
const facts = (changed: Partial<EnrolmentFacts> = {}): EnrolmentFacts => ({
	status: 'active',
	startDate: '2027-03-01',
	endDate: null,
	targetCriteria: { minScore: 40 },
	dailyEnrolmentCap: null,
	enrolledOn: null,
	enrolledCount: 0,
	...changed,
});

describe('enrolment', () => {
	it('goes by the criteria, up to fifty leads a day unless the campaign says otherwise', () => {
		expect(planEnrolment(facts(), TODAY)).toMatchObject({ reason: null, leftToday: 50, message: '' });
		expect(planEnrolment(facts({ dailyEnrolmentCap: 7 }), TODAY).leftToday).toBe(7);
	});

	test.each([
		[{ status: 'draft' }, 'notActive', /is draft: nobody/],
		[{ status: 'paused' }, 'notActive', /is paused: nobody/],
		[{ status: 'completed' }, 'notActive', /is completed: nobody/],
		[{ startDate: null }, 'noStartDate', /no start date/],
		[{ startDate: '2027-03-16' }, 'notStarted', /starts on 2027-03-16/],
		[{ endDate: '2027-03-14' }, 'ended', /ended on 2027-03-14/],
		[{ targetCriteria: {} }, 'noCriteria', /means nobody/],
		[{ targetCriteria: null }, 'noCriteria', /means nobody/],
		[{ targetCriteria: { tags: [] } }, 'noCriteria', /means nobody/],
		[{ targetCriteria: { industry: 'x' } }, 'criteriaUnclear', /targetCriteria\.industry is no criterion/],
		[{ targetCriteria: ['x'] }, 'criteriaUnclear', /targetCriteria must be a JSON object/],
		[{ dailyEnrolmentCap: 0 }, 'capReached', /No more than 0 leads/],
		[{ enrolledOn: TODAY, enrolledCount: 50 }, 'capReached', /No more than 50 leads/],
		[{ enrolledOn: '2027-03-16', enrolledCount: 51 }, 'capReached', /No more than 50 leads/],
	] satisfies [Partial<EnrolmentFacts>, string, RegExp][])(
		'of %j takes nobody: %s',
		(changed, reason, message) => {
			const plan = planEnrolment(facts(changed), TODAY);
			expect(plan.reason).toBe(reason);
			expect(plan.message).toMatch(message);
		},
	);

	it('runs on its first and its last day', () => {
		expect(planEnrolment(facts({ startDate: TODAY, endDate: TODAY }), TODAY).reason).toBeNull();
	});

	it('begins to count again each day', () => {
		const yesterday = facts({ enrolledOn: '2027-03-14', enrolledCount: 50 });
		expect(planEnrolment(yesterday, TODAY).leftToday).toBe(50);
		expect(planEnrolment(facts({ enrolledOn: TODAY, enrolledCount: 20 }), TODAY).leftToday).toBe(30);
	});

	it('says afterwards why no more were taken', () => {
		expect(afterEnrolment(facts(), 50, 0).reason).toBe('capReached');
		expect(afterEnrolment(facts(), 3, 47)).toMatchObject({
			reason: 'nobodyLeft',
			message: expect.stringContaining('are in the campaign now') as string,
		});
		expect(afterEnrolment(facts(), 0, 50).message).toMatch(/^No lead meets/);
	});

	it('takes the day where the organization is, and in UTC where its zone is none', () => {
		const time = Date.UTC(2027, 2, 14, 23, 30);
		expect(dayIn('Europe/Vienna', time)).toBe('2027-03-15');
		expect(dayIn('America/New_York', time)).toBe('2027-03-14');
		for (const zone of ['Nowhere/City', null, 7, { a: 1 }]) expect(dayIn(zone, time)).toBe('2027-03-14');
	});
});
