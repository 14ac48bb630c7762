import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { listUsers } from '../../../db/user/user';
import { inCredentialsOrganization } from './listSearch';

/** Most users a drop-down shows; with more, an id by expression is the way. */
const MOST_USERS = 1000;

/** The active users of the organization by name. */
export async function getUsers(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const users = await inCredentialsOrganization(this, (sql) =>
		listUsers(sql, { isActive: true, limit: MOST_USERS }),
	);
	return users.map(({ id, firstName, lastName, email }) => ({
		name: `${firstName} ${lastName}`,
		value: id,
		description: email,
	}));
}
