import { afterAll, beforeAll, expect, it } from 'vitest';

import { adopt } from '../../../schema/adopt/adopt';
import { asSuperuser, createOtherDatabase, type OtherDatabase } from './otherProgram';

let other: OtherDatabase;

beforeAll(async () => {
	other = await createOtherDatabase('document', { leads: 50, communications: 50 });
	await asSuperuser(other.adminUrl, (sql) => sql`update users set email = 'USER5@lma.test' where id = 7`);
}, 120_000);
afterAll(() => other.drop());

it('users that share an address but for letter case are told, stay, and are kept apart once they differ', async () => {
	const shared = { rule: 'duplicate_values', severity: 'kept', object: 'public.users (email_key)' };
	const planned = await adopt(other.adminUrl);
	expect(planned.findings.filter(({ object }) => object === shared.object)).toEqual([
		{
			...shared,
			count: 2,
			ids: [5],
			consequence: expect.stringContaining('ix_users_email_key cannot be unique') as string,
			remedy: expect.stringContaining('Merge or change these rows') as string,
		},
	]);

	const options = { apply: true, platformRoles: [other.role] };
	const adopted = await adopt(other.adminUrl, options);
	expect(adopted.findings).toContainEqual(expect.objectContaining(shared));
	expect(await uniqueness()).toEqual([{ isUnique: false }]);
	expect(await keys()).toEqual([{ key: 'user5@lma.test' }, { key: 'user5@lma.test' }]);

	await asSuperuser(other.roleUrl, (sql) => sql`update users set email = 'Other@lma.test' where id = 7`);
	expect(await keys()).toEqual([{ key: 'user5@lma.test' }, { key: 'other@lma.test' }]);
	await adopt(other.adminUrl, options);
	expect(await uniqueness()).toEqual([{ isUnique: true }]);
	const again = asSuperuser(
		other.roleUrl,
		(sql) => sql`update users set email = 'OTHER@lma.test' where id = 5`,
	);
	await expect(again).rejects.toThrow('ix_users_email_key');
}, 240_000);

function uniqueness() {
	return asSuperuser(other.adminUrl, async (sql) => [
		...(await sql`
				select indisunique as "isUnique" from pg_index where indexrelid = to_regclass('public.ix_users_email_key')`),
	]);
}

function keys() {
	return asSuperuser(other.adminUrl, async (sql) => [
		...(await sql`select email_key as key from users where id in (5, 7) order by id`),
	]);
}
