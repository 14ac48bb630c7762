import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import {
	attempts,
	type Attempt,
	findDifferences,
	findSpent,
	fingerprint,
	openSide,
	type Side,
} from './trial';
import { type IsolationWorld, openWorld } from './world';

const ROUNDS = 80;
const STATEMENTS = 20;

describe('two organizations', { timeout: 240_000 }, () => {
	let world: IsolationWorld;
	let alpha: Side;
	let beta: Side;

	beforeAll(async () => {
		world = await openWorld();
		alpha = await openSide(world, world.alpha, world.beta);
		beta = await openSide(world, world.beta, world.alpha);
	});
	afterAll(async () => {
		for (const { byLogin, byApp } of [alpha, beta]) await Promise.all([byLogin.close(), byApp.close()]);
		await world.close();
	});

	/** Both at once, `byAlpha` statements kept and the others taken back: then beta's rows may not change, or the reverse. */
	async function round(byAlpha: Attempt[], byBeta: Attempt[], alphaKeeps: boolean): Promise<string[]> {
		const still = alphaKeeps ? world.beta : world.alpha;
		const before = await fingerprint(world.owner, still);
		const found = await Promise.all([
			findDifferences(alpha, byAlpha, alphaKeeps),
			findDifferences(beta, byBeta, !alphaKeeps),
		]);
		const after = await fingerprint(world.owner, still);
		return [...found.flat(), ...after.filter((line, n) => line !== before[n])];
	}

	it('have enough to find out about each other', () => {
		for (const { secrets, words } of [alpha, beta]) {
			expect(secrets.length).toBeGreaterThan(100);
			expect(words.readable.length).toBeGreaterThan(15);
			expect(words.writable.map(({ name }) => name)).toEqual(
				expect.arrayContaining(['leads', 'workflows', 'campaign_leads']),
			);
			expect(words.routines.map(({ name }) => name)).toContain('lma.use_organization');
		}
	});

	it('read the same events whoever else writes on the server meanwhile', async () => {
		const claim = "select outcome, events from lma.claim_events('alpha reader', 'somebody', 60, 100, 100)";
		const elsewhere = postgres(inject('cluster').adminUrl, { max: 1 });
		const during = await elsewhere.begin(async (tx) => {
			await tx`select pg_current_xact_id()`;
			await alpha.byApp.run(
				`insert into leads (email, first_name, last_name, organization_id) values ('late@alpha.test', 'Late', 'Lead', ${world.alpha.id})`,
				{ keep: true },
			);
			return await alpha.byApp.run(claim);
		});
		await elsewhere.end();
		expect(during).toContain('lead.created');
		expect(await alpha.byApp.run(claim)).toBe(during);
	});

	it('cannot tell the rows of the other from rows that nobody has, nor change them, whatever they run', async () => {
		await fc.assert(
			fc.asyncProperty(
				attempts(STATEMENTS),
				attempts(STATEMENTS),
				fc.boolean(),
				async (byAlpha, byBeta, alphaKeeps) => {
					expect(await round(byAlpha, byBeta, alphaKeeps)).toEqual([]);
				},
			),
			{ numRuns: ROUNDS, endOnFailure: true },
		);
		// Of more than three thousand statements, each run twice, many have to work: errors alone would prove little.
		expect(alpha.succeeded + beta.succeeded).toBeGreaterThan(ROUNDS * STATEMENTS);
		expect(await findSpent(world.owner, [...alpha.secrets, ...beta.secrets])).toEqual([]);
	});

	it.each<[what: string, weakness: string, about: RegExp]>([
		['a policy that shows every lead', 'alter policy tenant on leads using (true)', /^leads/],
		[
			'a view with the rights of its owner',
			'alter view v_lead_summary set (security_invoker = false)',
			/^(leads|organizations)/,
		],
		[
			'ids that may be chosen',
			'grant insert (id) on leads, campaigns, workflows, lead_notes to lma_app',
			/\.id$/,
		],
		[
			'a key without the organization',
			`create unique index on leads (email); create unique index on lead_notes (content);
			create unique index on scoring_rules (name); create unique index on campaigns (name)`,
			/\.(email|content|name)$/,
		],
		[
			'a foreign key without the organization',
			'alter table leads drop constraint leads_assigned_to_same_organization, add foreign key (assigned_to_id) references users',
			/assigned_to_id$|^users\.id/,
		],
		[
			'a function that looks everywhere',
			`create function lma.lead_exists(text) returns boolean language sql security definer
				as 'select exists (select from public.leads where email = $1 or id::text = $1)';
			grant execute on function lma.lead_exists(text) to lma_app`,
			/^leads\.(id|email)$/,
		],
	])('would find out through %s', async (_what, weakness, about) => {
		const weak = await openWorld();
		await weak.owner.begin((tx) => tx.unsafe(`set local role lma_owner; ${weakness}`));
		const side = await openSide(weak, weak.alpha, weak.beta);
		try {
			side.secrets = side.secrets.filter(({ column }) => about.test(column));
			let differences: string[] = [];
			for (const tries of fc.sample(attempts(20), { numRuns: 200, seed: 1 })) {
				differences = await findDifferences(side, tries, false);
				if (differences.length > 0) break;
			}
			expect(differences).not.toEqual([]);
		} finally {
			await Promise.all([side.byLogin.close(), side.byApp.close()]);
			await weak.close();
		}
	});
});
