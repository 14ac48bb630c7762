import type postgres from 'postgres';

import type { LmaCredentialData } from '../../cli/n8n/provision';
import { connect } from '../../db/connection/client';
import { inOrganization } from '../../db/connection/tenancy';
import { replaceScoringRules } from '../../db/scoring/scoringRules';
import type { NewScoringRule } from '../../domain/scoring/scoringRule';
import { lma } from './lma';

/** An organization that an admin has set up. */
export interface PreparedOrganization {
	slug: string;
	/** What the LMA credential in n8n gets. */
	credential: LmaCredentialData;
	/** The login of the credential. */
	tenantSql: postgres.Sql;
	/** Ids of the sales representatives. */
	userIds: number[];
}

/** What differs from organization to organization. */
export interface OrganizationOptions {
	/** How many sales representatives: User 1, User 2 … */
	users: number;
	scoringRules: NewScoringRule[];
}

/**
 * Adds an organization with users, scoring rules and a login, all by the `lma` command.
 * @param suffix unique in this server; logins belong to all of it
 */
export async function prepareOrganization(
	slug: string,
	env: Record<string, string>,
	suffix: string,
	{ users, scoringRules }: OrganizationOptions,
): Promise<PreparedOrganization> {
	await lma(['org', 'create', slug], env);
	const userIds: number[] = [];
	for (let n = 1; n <= users; n++) {
		const person = [
			...['--email', `user${n}.${suffix}@${slug}.test`],
			...['--first-name', 'User', '--last-name', String(n)],
		];
		userIds.push(Number((await lma(['org', 'user', 'add', slug, ...person], env))['id']));
	}
	const user = tenantLogin(slug, suffix);
	const login = await lma(['org', 'login', 'create', slug, '--user', user], env);
	const credential = { ...login, ssl: 'disable' } as unknown as LmaCredentialData;
	const tenantSql = connect(credential, { max: 2 });
	await inOrganization(tenantSql, slug, (tx) => replaceScoringRules(tx, scoringRules));
	return { slug, credential, tenantSql, userIds };
}

/** The login that `prepareOrganization` makes. */
export function tenantLogin(slug: string, suffix: string): string {
	return `lma_e2e_${slug}_${suffix}`;
}
