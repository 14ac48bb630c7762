import type { Pool, Sql } from '../../db/connection/client';
import { LmaError } from '../../domain/error/errors';
import { bloat } from './bloat';
import { type Check, DEFAULT_THRESHOLDS, type Finding, type Thresholds } from './finding';
import { foreignKeys } from './foreignKeys';
import { owners } from './owners';
import { partitions } from './partitions';
import { redundantIndexes } from './redundantIndexes';
import { roles } from './roles';
import { routines } from './routines';
import { rowSecurity } from './rowSecurity';
import { schemaVersion } from './schemaVersion';
import { sequences } from './sequences';
import { settings } from './settings';
import { totals } from './totals';
import { transactionAge, transactions } from './transactions';
import { unusedIndexes } from './unusedIndexes';
import { vacuum } from './vacuum';
import { validity } from './validity';

/** A finding, and the name of the check that made it. */
export interface Diagnosis extends Finding {
	check: string;
}

/** Checks that tables are read for come last: for them the role changes. */
const CHECKS: readonly Check[] = [
	rowSecurity,
	owners,
	routines,
	validity,
	foreignKeys,
	redundantIndexes,
	unusedIndexes,
	vacuum,
	transactions,
	transactionAge,
	roles,
	schemaVersion,
	partitions,
	sequences,
	totals,
	settings,
	bloat,
];

/**
 * Examines a database of LMA and changes nothing: one read-only transaction, and about twenty statements however large
 * the database is. Catalogues are read as the connected login, tables as lma_owner. Every check answers with at least
 * one line. What other connections do is visible to a superuser or a member of pg_read_all_stats only.
 * @throws LmaError when the database is not one of LMA, or the login may not act as lma_owner.
 */
export async function diagnose(sql: Pool, thresholds: Partial<Thresholds> = {}): Promise<Diagnosis[]> {
	const chosen = { ...DEFAULT_THRESHOLDS, ...thresholds };
	return await sql.begin('read only', async (tx) => {
		await refuseStrangers(tx);
		const diagnoses: Diagnosis[] = [];
		const run = async (check: Check) => {
			const findings = await check.run(tx, chosen);
			diagnoses.push(...findings.map((finding) => ({ check: check.name, ...finding })));
		};
		for (const check of CHECKS.filter(({ readsTables }) => !readsTables)) await run(check);
		await tx`set local role lma_owner`;
		for (const check of CHECKS.filter(({ readsTables }) => readsTables)) await run(check);
		return diagnoses;
	});
}

async function refuseStrangers(sql: Sql): Promise<void> {
	const [found] = await sql<{ database: string; login: string; isLma: boolean; mayActAsOwner: boolean }[]>`
		select
			current_database() as database,
			current_user as login,
			to_regclass('lma.migrations') is not null and to_regclass('public.leads') is not null as is_lma,
			coalesce(pg_has_role(to_regrole('lma_owner'), 'member'), false) as may_act_as_owner`;
	if (!found?.isLma) {
		throw new LmaError(
			'SCHEMA_MISSING',
			`The database ${found?.database ?? ''} has no LMA schema`,
			'Check the connection string; `lma migrate` creates the schema, `lma adopt` takes over one made by another program.',
		);
	}
	if (!found.mayActAsOwner) {
		throw new LmaError(
			'OWNER_NEEDED',
			`The login ${found.login} may not act as lma_owner`,
			'Set DATABASE_OWNER_URL to the login that ran `lma migrate`, or let that user run `grant lma_owner to …`.',
		);
	}
}
