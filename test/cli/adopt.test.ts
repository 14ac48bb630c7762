import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { AdoptReport } from '../../schema/adopt/adopt';
import { createOtherDatabase, type OtherDatabase } from '../schema/adopt/otherProgram';
import { runLma } from './runLma';

describe('lma adopt', () => {
	let other: OtherDatabase;
	let env: NodeJS.ProcessEnv;

	beforeAll(async () => {
		other = await createOtherDatabase('document', { leads: 1_000, communications: 1_000 });
		env = { DATABASE_OWNER_URL: other.adminUrl };
	}, 120_000);
	afterAll(() => other.drop());

	it('reports for people what it would do, what it found and what to answer', async () => {
		const { exitCode, out, err } = await runLma(['adopt'], { env });
		expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
		expect(out).toContain('Add email_key to public.leads');
		expect(out).toContain('ACCESS EXCLUSIVE, briefly');
		expect(out).toContain(`--platform-role ${other.role}`);
		expect(out).toMatch(/public\.leads\.leads_score_in_range \(1 row: 777\) \[check_violated\]/);
		expect(out).toContain('Nothing was written');
	}, 60_000);

	it('refuses to start before the role is answered for', async () => {
		const { exitCode, err } = await runLma(['adopt', '--apply'], { env });
		expect(exitCode).toBe(1);
		expect(err).toContain(`--platform-role ${other.role}`);
	}, 60_000);

	it('adopts, names each step on the way, and prints the report as JSON', async () => {
		const { exitCode, out, err } = await runLma(
			['adopt', '--apply', '--json', '--platform-role', other.role],
			{ env },
		);
		const report = JSON.parse(out) as AdoptReport;
		expect(exitCode).toBe(0);
		expect(report).toMatchObject({ status: 'adopted', remaining: [] });
		expect(err).toContain('Fill email_key of public.leads');
		const again = await runLma(['adopt', '--apply'], { env });
		expect(again.out).toContain('is already adopted');
	}, 120_000);

	it('takes a time-out that is no number for wrong usage', async () => {
		const { exitCode, err } = await runLma(['adopt', '--lock-wait', 'soon'], { env });
		expect(exitCode).toBe(2);
		expect(err).toContain("--lock-wait <seconds>' argument 'soon' is invalid");
	});
});
