import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLma, type LmaUnderTest } from '../../lma';

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
