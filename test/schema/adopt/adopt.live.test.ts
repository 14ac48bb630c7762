import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { adopt } from '../../../schema/adopt/adopt';
import { atFullSize } from '../../setup/fullSize';
import { asSuperuser, createOtherDatabase, type OtherDatabase } from './otherProgram';

const LEADS = atFullSize(200_000, 40_000);

let other: OtherDatabase;

beforeAll(async () => {
	other = await createOtherDatabase('document', { leads: LEADS, communications: LEADS });
}, 240_000);
afterAll(() => other.drop());

interface Writes {
	count: number;
	longestMs: number;
	/** The statement that took longest. */
	slowest: string;
	isStopped: boolean;
	stop(): Promise<void>;
}

/** The other program at work: inserts and updates without a pause, each statement a transaction of its own. */
function startWriting(): Writes {
	const sql = postgres(other.roleUrl, { max: 1, onnotice: () => undefined });
	const writes: Writes = {
		count: 0,
		longestMs: 0,
		slowest: '',
		isStopped: false,
		stop: () => Promise.resolve(),
	};

	const timed = async (name: string, work: () => PromiseLike<unknown>) => {
		const started = performance.now();
		await work();
		const took = performance.now() - started;
		if (took > writes.longestMs) Object.assign(writes, { longestMs: took, slowest: name });
		writes.count++;
	};
	const loop = (async () => {
		// A refused statement is what the test is about; the first one ends it.
		for (let n = 1; !writes.isStopped; n++) {
			const id = ((n * 7919) % LEADS) + 1;
			await timed(
				'insert lead',
				() => sql`
					insert into leads (email, first_name, last_name, organization_id)
					values (${`Live${n}@lma.test`}, 'Live', ${n}, ${(n % 4) + 1})`,
			);
			await timed(
				'insert communication',
				() => sql`
					insert into communications (lead_id, communication_type, direction)
					values (${id}, 'call', 'inbound')`,
			);
			await timed(
				'update lead',
				() => sql`update leads set email = ${`Changed${n}@lma.test`} where id = ${id}`,
			);
			await timed(
				'update communication',
				() => sql`update communications set subject = ${n} where id = ${id}`,
			);
			await timed(
				'insert activity',
				() => sql`insert into activity_logs (lead_id, activity_type) values (${id}, 'seen')`,
			);
			await timed('read', () => sql`select count(*) from leads where id between ${id} and ${id + 50}`);
		}
	})();
	loop.catch(() => undefined);
	writes.stop = async () => {
		writes.isStopped = true;
		try {
			await loop;
		} finally {
			await sql.end();
		}
	};
	return writes;
}

it(
	'never makes a writer of the other program wait for a second',
	async () => {
		const writes = startWriting();
		let waits = 0;
		try {
			const report = await adopt(other.adminUrl, {
				apply: true,
				platformRoles: [other.role],
				onWait: () => waits++,
			});
			expect(report.remaining).toEqual([]);
		} finally {
			await writes.stop();
		}
		console.log(
			`${writes.count} statements, longest ${Math.round(writes.longestMs)} ms (${writes.slowest}), ${waits} waits`,
		);
		expect(writes.count).toBeGreaterThan(500);
		expect(writes.longestMs).toBeLessThan(1_000);
		await asSuperuser(other.adminUrl, async (sql) => {
			const [wrong] = await sql`
			select
				(select count(*)::int from leads where email_key is distinct from lower(email)) as keys,
				(select count(*)::int from communications c join leads l on l.id = c.lead_id
					where c.organization_id is distinct from l.organization_id) as organizations,
				(select count(*)::int from organizations o, lma.totals_drift(o.id)) as drift`;
			expect(wrong).toEqual({ keys: 0, organizations: 0, drift: 0 });
		});
	},
	atFullSize(600_000, 180_000),
);
