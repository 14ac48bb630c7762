import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import {
	type PartitionPolicy,
	type PartitionPolicyChange,
	partitionPolicySchema,
	type Retention,
	type RetentionChange,
	retentionChangeSchema,
	retentionSchema,
} from '../../domain/retention/retention';
import type { Sql } from '../connection/client';
import { changeSettings } from '../organization/settings';

/**
 * The settings of an organization. What somebody else wrote there and cannot be understood is listed in `ignored`, by name:
 * it removes nothing. For administration, and for the worker.
 */
export async function getRetention(
	sql: Sql,
	organizationId: number,
): Promise<{ retention: Retention; ignored: string[] }> {
	const [row] = await sql<{ retention: unknown }[]>`
		select settings -> 'retention' as retention
		from organizations
		where id = ${organizationId}`;
	const given = z.record(z.string(), z.unknown()).safeParse(row?.retention ?? {});
	if (!given.success) return { retention: {}, ignored: ['retention'] };
	const fields = Object.entries(given.data);
	const understood = fields.filter(
		([name, value]) => retentionSchema.safeParse({ [name]: value }).success && value !== null,
	);
	return {
		retention: retentionSchema.parse(Object.fromEntries(understood)),
		ignored: fields.map(([name]) => name).filter((name) => !understood.some(([known]) => known === name)),
	};
}

/** Changes the settings of an organization; the next worker that looks applies them. Can be repeated. For administration: run it with `asOwner`. */
export async function setRetention(sql: Sql, organizationId: number, change: RetentionChange): Promise<void> {
	const given = Object.entries<number | null | undefined>(parseInput(retentionChangeSchema, change)).filter(
		([, value]) => value !== undefined,
	);
	await changeSettings(sql, organizationId, { retention: Object.fromEntries(given) });
}

/** For administration: run it with `asOwner`. */
export async function getPartitionPolicy(sql: Sql): Promise<PartitionPolicy> {
	const [policy] = await sql<PartitionPolicy[]>`
		select keep_months, retire_by, stale_days
		from lma.partition_policy`;
	return policy ?? { keepMonths: null, retireBy: 'detach', staleDays: 30 };
}

/** What is left out stays as it is; the next worker that looks applies it. Can be repeated. For administration: run it with `asOwner`. */
export async function setPartitionPolicy(sql: Sql, change: PartitionPolicyChange): Promise<void> {
	const policy = { ...(await getPartitionPolicy(sql)), ...parseInput(partitionPolicySchema, change) };
	await sql`
		insert into lma.partition_policy (keep_months, retire_by, stale_days)
		values (${policy.keepMonths}, ${policy.retireBy}, ${policy.staleDays})
		on conflict (only_row) do update
		set keep_months = excluded.keep_months, retire_by = excluded.retire_by, stale_days = excluded.stale_days,
			finished_at = null`;
}
