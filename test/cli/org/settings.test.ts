import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;
let owner: postgres.Sql;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
	await seedOrganization(database.ownerUrl, 'acme');
});
beforeEach(() => have(null));
afterAll(async () => {
	await owner.end();
	await database.drop();
});

const settings = (...args: string[]) =>
	runLma(['org', 'settings', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });
const have = (value: postgres.JSONValue) =>
	owner`update organizations set settings = ${value === null ? null : owner.json(value)}`;
const stored = async () =>
	(await owner<{ settings: unknown }[]>`select settings from organizations`)[0]?.settings;

describe('settings set', () => {
	it('stores one setting and leaves all others, also those of other programs', async () => {
		await have({ theme: 'dark', sendGate: { allowClosed: true } });
		const done = await settings('set', 'acme', 'sendgate.sendFrom', '09:00');
		expect(done).toMatchObject({ exitCode: 0, out: 'acme: sendGate.sendFrom is now "09:00".', err: '' });
		expect(await stored()).toEqual({ theme: 'dark', sendGate: { allowClosed: true, sendFrom: '09:00' } });
		expect(JSON.parse((await settings('set', 'acme', 'scoring.hotFrom', '80', '--json')).out)).toEqual({
			key: 'scoring.hotFrom',
			value: 80,
		});
	});

	it('loses nothing when several are set at once', async () => {
		const pairs = [
			['sendGate.sendFrom', '09:00'],
			['sendGate.sendUntil', '17:00'],
			['sendGate.allowClosed', 'true'],
			['scoring.hotFrom', '80'],
			['scoring.warmFrom', '50'],
			['retention.attemptDays', '90'],
		] as const;
		await Promise.all(pairs.map(([key, value]) => settings('set', 'acme', key, value)));
		expect(await stored()).toEqual({
			sendGate: { sendFrom: '09:00', sendUntil: '17:00', allowClosed: true },
			scoring: { hotFrom: 80, warmFrom: 50 },
			retention: { attemptDays: 90 },
		});
	});

	it.each([
		['sendGate.sendform', '09:00', 'There is no setting "sendGate.sendform". Did you mean sendGate.sendFrom'],
		[
			'scoring.hotFrom',
			'soon',
			'scoring.hotFrom must be a score from 0 to 100: "soon". Write a whole number.',
		],
		['scoring.warmFrom', '90', 'scoring.warmFrom is above hotFrom'],
	])('refuses %s = %s and changes nothing', async (key, value, message) => {
		await have({ scoring: { hotFrom: 80 } });
		const refused = await settings('set', 'acme', key, value);
		expect(refused).toMatchObject({ exitCode: 1, out: '' });
		expect(refused.err).toContain(message);
		expect(await stored()).toEqual({ scoring: { hotFrom: 80 } });
	});

	it('refuses sending hours that leave no time to send', async () => {
		await have({ sendGate: { sendFrom: '09:00' } });
		expect((await settings('set', 'acme', 'sendGate.sendUntil', '09:00')).err).toContain(
			'sendGate.sendUntil is the same time as sendFrom, so that nothing could be sent',
		);
		expect(await stored()).toEqual({ sendGate: { sendFrom: '09:00' } });
	});

	it('mends one of two settings that cannot be understood, and names the other', async () => {
		await have({ scoring: { hotFrom: 'soon', warmFrom: 'later' } });
		const done = await settings('set', 'acme', 'scoring.hotFrom', '60');
		expect(done.exitCode).toBe(0);
		expect(done.err).toContain('scoring.warmFrom must be a score from 0 to 100: "later"');
		expect(await stored()).toEqual({ scoring: { hotFrom: 60, warmFrom: 'later' } });
	});

	it('replaces what is no object', async () => {
		await have([1, 2]);
		expect((await settings('get', 'acme')).err).toContain('settings is not a JSON object');
		await settings('set', 'acme', 'scoring.hotFrom', '60');
		expect(await stored()).toEqual({ scoring: { hotFrom: 60 } });
	});

	it('has the worker look at the retention at once', async () => {
		await owner`update lma.partition_policy set finished_at = now()`;
		await settings('set', 'acme', 'scoring.hotFrom', '60');
		expect(await owner`select from lma.partition_policy where finished_at is null`).toHaveLength(0);
		await settings('set', 'acme', 'retention.activityMonths', '24');
		expect(await owner`select from lma.partition_policy where finished_at is null`).toHaveLength(1);
	});

	it('needs an organization', async () => {
		expect((await settings('set', 'nobody', 'scoring.hotFrom', '60')).err).toContain(
			'Organization nobody not found',
		);
	});
});

describe('settings unset', () => {
	it('takes one away, then the group that has nothing left', async () => {
		await have({ sendGate: { sendFrom: '09:00', allowClosed: true } });
		expect((await settings('unset', 'acme', 'SENDGATE.sendFrom')).out).toBe(
			'acme: sendGate.sendFrom is no longer set.',
		);
		expect(await stored()).toEqual({ sendGate: { allowClosed: true } });
		await settings('unset', 'acme', 'sendGate.allowClosed');
		expect(await stored()).toEqual({});
	});

	it('takes away what there should not be, and a whole group', async () => {
		await have({ sendGate: { sendForm: '9' }, scoring: { hotFrom: 1, warmFrom: 1 }, theme: 'dark' });
		await settings('unset', 'acme', 'sendGate.sendForm');
		const { out } = await settings('unset', 'acme', 'scoring', '--json');
		expect(JSON.parse(out)).toEqual({ key: 'scoring', unset: true });
		expect(await stored()).toEqual({ theme: 'dark' });
		expect((await settings('unset', 'acme', 'theme')).err).toContain('There is no setting "theme"');
	});
});

describe('settings unset of what is not set', () => {
	it.each(['sendGate.sendFrom', 'SENDGATE.SENDFROM'])('says so of %s, and changes nothing', async (key) => {
		await have({ theme: 'dark', sendGate: { allowClosed: true } });
		expect(await settings('unset', 'acme', key)).toMatchObject({
			exitCode: 0,
			out: 'acme: sendGate.sendFrom was not set.',
		});
		expect(JSON.parse((await settings('unset', 'acme', key, '--json')).out)).toEqual({
			key: 'sendGate.sendFrom',
			unset: false,
		});
		expect(await stored()).toEqual({ theme: 'dark', sendGate: { allowClosed: true } });
	});

	it('says so of a group', async () => {
		expect((await settings('unset', 'acme', 'scoring')).out).toBe('acme: scoring was not set.');
	});

	it('finds what is there in whatever case it is written', async () => {
		await have({ sendGate: { sendFrom: '09:00' } });
		expect((await settings('unset', 'acme', 'sendGate.sendfrom')).out).toBe(
			'acme: sendGate.sendFrom is no longer set.',
		);
		expect(await stored()).toEqual({});
	});

	it('refuses what is no setting, and names the nearest', async () => {
		const refused = await settings('unset', 'acme', 'sendGate.sendFrm');
		expect(refused).toMatchObject({ exitCode: 1, out: '' });
		expect(refused.err).toContain('There is no setting "sendGate.sendFrm". Did you mean sendGate.sendFrom');
	});
});

describe('settings get', () => {
	it('shows every setting with its default and what it is for', async () => {
		await have({ scoring: { hotFrom: 80 } });
		const { out, err } = await settings('get', 'acme');
		expect(out).toMatch(/^scoring\.hotFrom +80 +70 +Score from which a lead is hot\.$/m);
		expect(out).toMatch(/^scoring\.warmFrom +40 +/m);
		expect(err).toBe('');
		expect(JSON.parse((await settings('get', 'acme', 'scoring.hotFrom', '--json')).out)).toEqual({
			key: 'scoring.hotFrom',
			value: 80,
			standard: 70,
			hint: 'Score from which a lead is hot.',
		});
	});

	it('shows a group, and nothing wider than a terminal is', async () => {
		const { out } = await settings('get', 'acme', 'SendGate');
		expect(out).toMatch(/^sendGate\.sendFrom +00:00 /m);
		expect(out).toMatch(/^sendGate\.weekdays +1, 2, 3, 4, 5, 6, 7 /m);
		expect(out).not.toContain('scoring.');
		for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
	});

	it('shows a value that cannot be understood as a problem, and so does doctor', async () => {
		await have({ sendGate: { sendForm: '09:00', sendFrom: '9' } });
		const { err, exitCode } = await settings('get', 'acme');
		expect(exitCode).toBe(0);
		expect(err).toContain(
			'sendGate.sendForm is not a setting. Set it again, or: lma org settings unset acme sendGate.sendForm',
		);
		expect(err).toContain('sendGate.sendFrom is not a time of day');
		const doctor = await runLma(['doctor', '--json'], { env: { DATABASE_OWNER_URL: database.ownerUrl } });
		const found = (JSON.parse(doctor.out) as { check: string; severity: string; object: string }[]).filter(
			({ check }) => check === 'settings',
		);
		expect(found).toMatchObject([
			{ severity: 'warn', object: 'organization acme' },
			{ severity: 'warn', object: 'organization acme' },
		]);
	});
});
