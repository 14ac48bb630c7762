import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});

describe('user getMany', () => {
	test('lists users of the own organization only, without their password hash', async () => {
		const users = await lma.output('user.getMany', { filters: { isActive: true } });
		expect(users.map(({ id }) => id).sort()).toEqual([...lma.acme.userIds].sort());
		expect(JSON.stringify(users)).not.toMatch(/password/i);
		expect(await lma.output('user.getMany', { filters: { role: ['ADMIN'] } })).toEqual([]);
	});
});

describe('user get', () => {
	const get = { userId: byId('={{ $json.user }}') };

	test('gives one user per item, in few fields when asked', async () => {
		const [first, second] = lma.acme.userIds;
		const users = await lma.output('user.get', get, [{ user: second }, { user: first }, { user: second }]);
		expect(users.map(({ id }) => id)).toEqual([second, first, second]);
		expect(JSON.stringify(users)).not.toMatch(/password/i);
		const [simplified] = await lma.output('user.get', { ...get, simplify: true }, [{ user: first }]);
		expect(Object.keys(simplified ?? {})).toEqual([
			'id',
			'email',
			'firstName',
			'lastName',
			'role',
			'isActive',
			'timezone',
		]);
	});

	test('a user of another organization is not found', async () => {
		const foreign = lma.globex.userIds[0];
		const { error } = await lma.run('user.get', get, [{ user: foreign }]);
		expect(error?.message).toBe(`User ${String(foreign)} not found, given as userId`);
		const empty = { ...get, options: { ifNotFound: 'empty' } };
		expect(await lma.output('user.get', empty, [{ user: foreign }])).toEqual([{}]);
	});
});

test('users that nothing matched give what is chosen', async () => {
	const filters = { search: 'nobody of this name' };
	expect(await lma.output('user.getMany', { filters, options: { ifNothingMatched: 'empty' } })).toEqual([{}]);
});
