import fc from 'fast-check';
import { connect } from '../../../db/connection/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createLeads } from '../../../db/lead/create';
import { findLeads } from '../../../db/lead/find';
import { changePipeline } from '../../../db/pipeline/pipeline';
import { scoreLeads } from '../../../db/scoring/scoreLeads';
import { listScoringRules, replaceScoringRules } from '../../../db/scoring/scoringRules';
import { parseInput } from '../../../domain/input/parseInput';
import { newLeadSchema } from '../../../domain/lead/input';
import { arranged } from '../../../domain/pipeline/arrange';
import { standardPipeline } from '../../../domain/pipeline/pipeline';
import { type NewScoringRule, scoringRuleSchema } from '../../../domain/scoring/scoringRule';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

describe('scoreLeads', () => {
	let acme: TestTenant;
	let leadId: number;

	beforeAll(async () => {
		acme = await openTenant();
		const [row] = rowsOf(
			await acme.run((tx) =>
				createLeads(tx, [
					parseInput(newLeadSchema, {
						email: 'Ann@bigcorp.test',
						firstName: 'Ann',
						jobTitle: 'Head of Sales',
						source: 'REFERRAL',
						value: 500_000,
						tags: ['VIP', 'fair'],
						customFields: { employees: '250', newsletter: true },
					}),
				]),
			),
		);
		leadId = row!.id;
	});
	afterAll(() => acme.close());

	const scoreWith = async (rules: NewScoringRule[]) => {
		await acme.run((tx) => replaceScoringRules(tx, rules));
		return rowsOf(await acme.run((tx) => scoreLeads(tx, [leadId])))[0]!;
	};

	it.each<[NewScoringRule['field'], NewScoringRule['operator'], NewScoringRule['value'], boolean]>([
		['source', 'equals', 'referral', true],
		['source', 'notEquals', 'REFERRAL', false],
		['company', 'notEquals', 'x', true],
		['jobTitle', 'contains', 'SALES', true],
		['tags', 'contains', 'vip', true],
		['tags', 'contains', 'vi', false],
		['email', 'endsWith', '@BIGCORP.test', true],
		['email', 'startsWith', 'bob', false],
		['source', 'in', ['EVENT', 'REFERRAL'], true],
		['source', 'in', [], false],
		['value', 'greaterThan', 499_999, true],
		['value', 'lessThan', 500_000, false],
		['customFields.employees', 'greaterThan', 100, true],
		['customFields.newsletter', 'equals', true, true],
		['customFields.missing', 'isSet', null, false],
		['company', 'isNotSet', null, true],
		['firstName', 'greaterThan', 3, false],
		['jobTitle', 'contains', '%', false],
	])('%s %s %j is %s', async (field, operator, value, met) => {
		const result = await scoreWith([{ name: 'rule', field, operator, value, points: 10 }]);
		expect(result.score).toBe(met ? 10 : 0);
		expect(result.contributions).toHaveLength(met ? 1 : 0);
	});

	it('compares with the values that labels of the organization and standard names mean', async () => {
		const owner = connect(acme.database.ownerUrl, { max: 1 });
		const pipeline = arranged({
			status: undefined,
			source: [{ value: 'REFERRAL', label: 'Word of mouth', isHidden: false }],
			leadTemperature: undefined,
		});
		await changePipeline(owner, acme.organization.id, () => pipeline);
		const result = await scoreWith([
			{ name: 'a', field: 'source', operator: 'equals', value: 'word of mouth', points: 1 },
			{ name: 'b', field: 'source', operator: 'in', value: ['Event', 'Word of Mouth'], points: 2 },
			{ name: 'c', field: 'source', operator: 'notEquals', value: 'Word of mouth', points: 4 },
			{ name: 'd', field: 'status', operator: 'equals', value: 'Closed Won', points: 8 },
			{ name: 'e', field: 'status', operator: 'startsWith', value: 'n', points: 16 },
		]);
		expect(result.contributions.map(({ name }) => name)).toEqual(['a', 'b', 'e']);
		const stored = await acme.run((tx) => listScoringRules(tx));
		expect(stored.map(({ value }) => value)).toEqual([
			'REFERRAL',
			['EVENT', 'REFERRAL'],
			'REFERRAL',
			'CLOSED_WON',
			'n',
		]);
		const wrong = scoreWith([
			{ name: 'fine', field: 'email', operator: 'isSet', points: 1 },
			{ name: 'Sold', field: 'status', operator: 'in', value: ['NEW', 'Sold'], points: 1 },
		]);
		await expect(wrong).rejects.toMatchObject({
			description: expect.stringMatching(/^Rule 2 "Sold": value must be one of NEW, .*: "Sold"\. /) as string,
		});
		await changePipeline(owner, acme.organization.id, () => standardPipeline());
		await owner.end();
	});

	it('adds the points, explains them in the order of the rules, and sets the temperature', async () => {
		const result = await scoreWith([
			{ name: 'Referred', field: 'source', operator: 'equals', value: 'REFERRAL', points: 50 },
			{ name: 'Has phone', field: 'phone', operator: 'isSet', points: 15 },
			{ name: 'Decides', field: 'jobTitle', operator: 'contains', value: 'head', points: 25 },
			{ name: 'Switched off', field: 'email', operator: 'isSet', points: 9, isActive: false },
			{ name: 'Small', field: 'customFields.employees', operator: 'lessThan', value: 500, points: -5 },
		]);
		expect(result).toMatchObject({ id: leadId, score: 70, leadTemperature: 'hot' });
		expect(result.contributions.map(({ name, points }) => [name, points])).toEqual([
			['Referred', 50],
			['Decides', 25],
			['Small', -5],
		]);
	});

	it('stays within 0 and 100 and is the clamped sum, for any points', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 8 }), async (points) => {
				const result = await scoreWith(
					points.map((value, n) => ({ name: `rule ${n}`, field: 'email', operator: 'isSet', points: value })),
				);
				const sum = points.reduce((total, value) => total + value, 0);
				expect(result.score).toBe(Math.min(100, Math.max(0, sum)));
				expect(result.leadTemperature).toBe(
					result.score >= 70 ? 'hot' : result.score >= 40 ? 'warm' : 'cold',
				);
			}),
			{ numRuns: 40 },
		);
	});

	it('reads the thresholds of the organization, and ignores ones that are no number', async () => {
		const rules: NewScoringRule[] = [{ name: 'r', field: 'email', operator: 'isSet', points: 30 }];
		const owner = acme.database.ownerUrl;
		const { default: postgres } = await import('postgres');
		const sql = postgres(owner, { max: 1 });
		await sql`update organizations set settings = '{"scoring": {"hotFrom": 30, "warmFrom": "soon"}}'`;
		expect((await scoreWith(rules)).leadTemperature).toBe('hot');
		await sql`update organizations set settings = null`;
		await sql.end();
		expect((await scoreWith(rules)).leadTemperature).toBe('cold');
	});

	it('does not touch a lead whose score stays', async () => {
		const rules: NewScoringRule[] = [{ name: 'r', field: 'email', operator: 'isSet', points: 30 }];
		await scoreWith(rules);
		const [before] = rowsOf(await acme.run((tx) => findLeads(tx, [leadId])));
		await scoreWith(rules);
		const [after] = rowsOf(await acme.run((tx) => findLeads(tx, [leadId])));
		expect(after!.updatedAt).toBe(before!.updatedAt);
	});

	it('fails only unknown leads', async () => {
		const results = await acme.run((tx) => scoreLeads(tx, [leadId, 999_999, leadId]));
		expect(results.map((result) => result.error?.message)).toEqual([
			undefined,
			'Lead 999999 not found',
			undefined,
		]);
	});

	it.each([
		[{ name: 'r', field: 'score', operator: 'isSet', points: 1 }, 'field'],
		[{ name: 'r', field: 'email', operator: 'like', points: 1 }, 'operator'],
		[{ name: 'r', field: 'email', operator: 'equals', points: 1 }, 'value'],
		[{ name: 'r', field: 'email', operator: 'in', value: 'x', points: 1 }, 'value'],
		[{ name: 'r', field: 'email', operator: 'isSet', points: 101 }, 'points'],
	])('refuses the rule %j and names %s', (rule, field) => {
		expect(() => parseInput(scoringRuleSchema, rule)).toThrow(expect.objectContaining({ field }));
	});
});
