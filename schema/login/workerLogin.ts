import type { Sql } from '../../db/connection/client';
import { LmaError } from '../../domain/error/errors';

interface LoginState {
	login: string;
	isSuperuser: boolean;
	bypassesRowSecurity: boolean;
	isOwner: boolean;
	isTenant: boolean;
	isWorker: boolean;
}

/**
 * Whether the connected login is one for the worker: in lma_worker, and bound by row security. Null when it is; an error to
 * show when not.
 */
export async function checkWorkerLogin(sql: Sql): Promise<LmaError | null> {
	// A name of a role that is not there would be an error.
	const [state] = await sql<LoginState[]>`
		select current_user as login, r.rolsuper as is_superuser, r.rolbypassrls as bypasses_row_security,
			coalesce(pg_has_role(to_regrole('lma_owner'), 'usage'), false) as is_owner,
			coalesce(pg_has_role(to_regrole('lma_tenant'), 'member'), false) as is_tenant,
			coalesce(pg_has_role(to_regrole('lma_worker'), 'usage'), false) as is_worker
		from pg_roles r
		where r.rolname = current_user`;
	const problem = state && findProblem(state);
	if (problem === undefined) return null;
	return new LmaError(
		'WORKER_LOGIN_UNFIT',
		`DATABASE_URL names the login ${state?.login ?? ''}, which ${problem}`,
		'The worker needs a login in lma_worker alone, so that row security binds every query of it: create one with ' +
			'`lma migrate --worker-login <name> --secret-env <variable>`, and name it in DATABASE_URL.',
	);
}

function findProblem(state: LoginState): string | undefined {
	if (state.isSuperuser) return 'is a superuser: row security does not bind it';
	if (state.bypassesRowSecurity) return 'has BYPASSRLS: row security does not bind it';
	if (state.isOwner)
		return 'owns the schema, as a member of lma_owner: it is for `lma migrate` and `lma org`';
	if (state.isTenant)
		return 'is a tenant login: it sees one organization, and is for the LMA credential in n8n';
	if (!state.isWorker) return 'has not the rights of lma_worker';
	return undefined;
}
