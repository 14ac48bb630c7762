import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { adopt } from '../../../schema/adopt/adopt';
import { atFullSize } from '../../setup/fullSize';
import { passMoment } from '../../setup/moment';
import { asSuperuser, checksums, columnsOf, createOtherDatabase, type OtherDatabase } from './otherProgram';

const root = path.resolve(__dirname, '../../..');
const KILLS = atFullSize(12, 4);

let other: OtherDatabase;

beforeAll(async () => {
	execFileSync(process.execPath, ['scripts/transpile.mjs'], { cwd: root });
	other = await createOtherDatabase('document', { leads: 20_000, communications: 40_000 });
	await asSuperuser(
		other.adminUrl,
		(sql) =>
			sql`insert into activity_logs (lead_id, activity_type, created_at) select n, 'viewed', now() - interval '1 hour' from generate_series(1, 5000) n`,
	);
}, 120_000);
afterAll(() => other.drop());

/** Runs the command; kills it some time after it has begun so many steps. True when it came to its end before. */
async function runAndKill(afterSteps: number, delayMs: number): Promise<boolean> {
	const child = spawn(
		process.execPath,
		['dist/cli/main.js', 'adopt', '--apply', '--platform-role', other.role],
		{
			cwd: root,
			env: { ...process.env, DATABASE_OWNER_URL: other.adminUrl },
			stdio: ['ignore', 'ignore', 'pipe'],
		},
	);
	const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
	let steps = 0;
	let failure = '';
	for await (const line of createInterface({ input: child.stderr })) {
		if (line.startsWith('lma:')) failure = line;
		if (++steps !== afterSteps) continue;
		await passMoment(delayMs);
		child.kill('SIGKILL');
	}
	const code = await ended;
	expect(failure).toBe('');
	return code === 0;
}

/** A killed client's last statement may still run; the lock goes with its connection. */
async function untilFree(): Promise<void> {
	// Not by waiting for the lock: a session that waits has a snapshot, which `create index concurrently` waits for.
	await asSuperuser(other.adminUrl, async (sql) => {
		const take = async () => {
			const [lock] = await sql`select pg_try_advisory_lock(hashtextextended('lma adopt', 0)) as taken`;
			return lock?.taken as unknown;
		};
		await expect.poll(take, { timeout: 20_000 }).toBe(true);
	});
}

it(
	'goes on after every kill -9 and ends as if there had been none',
	async () => {
		const columns = await columnsOf(other.adminUrl);
		const before = await checksums(other.adminUrl, columns);
		let kills = 0;
		while (kills < KILLS) {
			// Some in the middle of a long step.
			const isDone = await runAndKill(
				randomInt(1, 28),
				kills % 3 === 0 ? randomInt(0, 300) : randomInt(0, 20),
			);
			await untilFree();
			if (isDone) break;
			kills++;
			expect(await checksums(other.adminUrl, columns)).toEqual(before);
		}
		expect(kills).toBeGreaterThanOrEqual(KILLS - 2);
		const report = await adopt(other.adminUrl, { apply: true, platformRoles: [other.role] });
		expect(report.remaining).toEqual([]);
		expect(await checksums(other.adminUrl, columns)).toEqual(before);
		expect((await adopt(other.adminUrl)).status).toBe('already adopted');
		await asSuperuser(other.adminUrl, async (sql) => {
			const [empty] = await sql`
			select
				(select count(*)::int from leads where email_key is distinct from lower(email)) as leads,
				(select count(*)::int from communications c join leads l on l.id = c.lead_id
					where c.organization_id is distinct from l.organization_id) as communications,
				(select count(*)::int from pg_index where not indisvalid and indrelid::regclass::text !~ 'pg_') as invalid,
				(select count(*)::int from pg_constraint where conname like 'lma\\_adopt%') as checks,
				(select count(*)::int from organizations o, lma.totals_drift(o.id)) as drift`;
			expect(empty).toEqual({ leads: 0, communications: 0, invalid: 0, checks: 0, drift: 0 });
		});
	},
	atFullSize(600_000, 180_000),
);
