import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { findUsers } from '../../../../db/user/user';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { userLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';

export { simplify } from './simplify';

export const description: INodeProperties[] = shownFor('user', 'get', [
	userLocator('userId', 'User', 'The user to get'),
	simplifyDescription,
	optionsCollection([ifNotFound]),
]);

export const access = 'read';
export const absence = 'notFound';

export function read(parameters: ItemParameters): number {
	return parameters.id('userId');
}

/** Gets one user per input, also one who is no longer active. */
export function execute(sql: Sql, ids: number[]) {
	return findUsers(sql, ids);
}
