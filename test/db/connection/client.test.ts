import { afterAll, beforeAll, expect, it } from 'vitest';
import type postgres from 'postgres';

import { connect } from '../../../db/connection/client';
import { createTestDatabase, type TestDatabase } from '../../setup/database';

let database: TestDatabase;
let sql: postgres.Sql;
beforeAll(async () => {
	database = await createTestDatabase();
	sql = connect(database.ownerUrl, { max: 1 });
});
afterAll(async () => {
	await sql.end();
	await database.drop();
});

it.each(['UTC', 'Asia/Kolkata', 'America/New_York'])(
	'moments are ISO 8601 in UTC, whatever the time zone of the server (%s)',
	async (zone) => {
		await sql`select set_config('TimeZone', ${zone}, false)`;
		const written = {
			whole: '2026-03-01T09:00:00Z',
			tenth: '2026-03-01T09:00:00.5Z',
			micros: '2026-03-01T09:00:00.123999Z',
			half: '2026-03-01T09:00:00.0005Z',
			first: '0001-01-01T12:00:00Z',
			last: '9999-12-31T00:00:00Z',
			beyond: '12026-03-01T09:00:00Z',
			never: 'infinity',
		};
		const [moments] = await sql`
			select * from jsonb_to_record(${sql.json(written)}) as t(
				whole timestamptz, tenth timestamptz, micros timestamptz, half timestamptz,
				first timestamptz, last timestamptz, beyond timestamptz, never timestamptz)`;
		expect(moments).toMatchObject({
			whole: '2026-03-01T09:00:00.000Z',
			tenth: '2026-03-01T09:00:00.500Z',
			micros: '2026-03-01T09:00:00.123Z',
			half: '2026-03-01T09:00:00.000Z',
			last: '9999-12-31T00:00:00.000Z',
			never: 'infinity',
		});
		if (zone === 'UTC') expect(moments).toMatchObject({ first: '0001-01-01T12:00:00.000Z' });
	},
);
