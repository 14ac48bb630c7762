import { expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import type { Login } from '../../../schema/login/loginRole';
import { createTenantLogin, revokeTenantLogin, rotateTenantLogin } from '../../../schema/login/tenantLogin';
import { openWorld } from './world';

it('a session that goes on changing its password keeps no way in', async () => {
	const world = await openWorld();
	const administrator = connect(world.database.ownerUrl, { max: 3 });
	const open = ({ user, password }: Login) => {
		const url = new URL(world.database.ownerUrl);
		url.username = user;
		url.password = password;
		return connect(url.toString(), { max: 1 });
	};
	/** Sets the password as often as it can, until the session is ended. */
	const holdOn = async (login: Login) => {
		const session = open(login);
		await session`select`;
		const trying = (async () => {
			for (;;) {
				const error: unknown = await session
					.unsafe(`alter role current_user password 'stolen'`)
					.catch((caught: unknown) => caught);
				if (error instanceof Error && !error.message.startsWith('tuple concurrently')) break;
			}
			await session.end({ timeout: 0 });
		})();
		return { trying };
	};
	const opens = async (login: Login) => {
		const session = open(login);
		const opened = await session`select`.then(
			() => true,
			() => false,
		);
		await session.end();
		return opened;
	};
	try {
		let login = await createTenantLogin(administrator, 'alpha');
		for (let round = 0; round < 8; round++) {
			const { trying } = await holdOn(login);
			login = await rotateTenantLogin(administrator, 'alpha', login.user);
			await trying;
			expect(await opens(login)).toBe(true);
			expect(await opens({ ...login, password: 'stolen' })).toBe(false);
		}
		const { trying } = await holdOn(login);
		expect(await revokeTenantLogin(administrator, 'alpha', login.user)).toMatchObject({ dropped: true });
		await trying;
	} finally {
		await administrator.end();
		await world.close();
	}
});
