import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { toLmaError } from '../../db/connection/error/toLmaError';
import { inOrganization } from '../../db/connection/tenancy';
import { listUsers } from '../../db/user/user';
import { logMistakes } from '../logMistakes';
import { readCredential, withOwnConnection } from './connection';

/**
 * Tries a credential out: connects, chooses the organization and reads from its tables. The answer names what is
 * wrong: host, port, TLS, login, database, schema or organization.
 */
export async function lmaApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	try {
		const login = readCredential(credential.data);
		await withOwnConnection(login, (sql) =>
			inOrganization(sql, login.organization, (tx) => listUsers(tx, { limit: 1 }), { readOnly: true }),
		);
		const access = login.readOnly ? ', read-only: operations that change something are refused' : '';
		return { status: 'OK', message: `Connected to organization ${login.organization}${access}` };
	} catch (error) {
		const known = toLmaError(error);
		logMistakes(this.logger, [known]);
		const { message, description } = known;
		return { status: 'Error', message: `${message}. ${description}` };
	}
}
