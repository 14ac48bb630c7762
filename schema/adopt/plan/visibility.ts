import type { Client } from '../../../db/connection/pgConfig';
import { GROUP_ROLES } from '../../groupRoles';
import type { Context, Part } from './context';
import type { Finding } from './finding';

/** A role that reads or writes tables which get row security. */
export interface AffectedRole {
	role: string;
	/** Tables and views on which it has a privilege, or which it owned. */
	objects: string[];
}

/**
 * Roles that would see no row once row security is forced: they have privileges on tenant tables, by grant, as owner
 * or as a member of pg_read_all_data, and neither row security nor a policy of ours lets them through.
 */
async function findAffectedRoles(
	client: Client,
	{ reference, live, baseline }: Pick<Context, 'reference' | 'live' | 'baseline'>,
): Promise<AffectedRole[]> {
	const names = new Set([
		...reference.tables.filter((t) => t.rowSecurity && t.name in baseline).map(({ name }) => name),
		...reference.views.map(({ name }) => name),
	]);
	const found = new Map<string, Set<string>>();
	const add = (role: string, object: string) => found.set(role, (found.get(role) ?? new Set()).add(object));
	for (const { object, grantee, kind } of live.grants)
		if (names.has(object) && (kind === 'table' || kind === 'column')) add(grantee, object);
	for (const { name, owner } of [...live.tables, ...live.views]) if (names.has(name)) add(owner, name);
	const { rows } = await client.query<{ name: string; isExempt: boolean; readsAll: boolean }>(
		`select r.rolname as name,
			r.rolsuper or r.rolbypassrls or r.rolname like 'pg\\_%' or r.rolname = any($1) as "isExempt",
			exists (
				select from pg_auth_members m join pg_roles g on g.oid = m.roleid
				where m.member = r.oid and g.rolname in ('pg_read_all_data', 'pg_write_all_data')
			) as "readsAll"
		from pg_roles r`,
		[GROUP_ROLES],
	);
	for (const { name, readsAll } of rows) if (readsAll) for (const object of names) add(name, object);
	const exempt = new Set(rows.filter(({ isExempt }) => isExempt).map(({ name }) => name));
	return [...found]
		.filter(([role]) => !exempt.has(role))
		.map(([role, objects]) => ({ role, objects: [...objects].sort() }))
		.sort((a, b) => a.role.localeCompare(b.role));
}

/** Who would be blinded, and policies of the other program that would open tenants to each other. */
export async function planVisibility(context: Context): Promise<Part> {
	const findings: Finding[] = [];
	for (const { role, objects } of await findAffectedRoles(context.client, context)) {
		const isPlatform = context.platformRoles.includes(role);
		const isIgnored = context.ignoredRoles.includes(role);
		const where =
			objects.length > 4
				? `${objects.slice(0, 3).join(', ')} and ${objects.length - 3} more`
				: objects.join(', ');
		findings.push({
			rule: role === 'public' ? 'open_to_everybody' : 'role_affected',
			severity: isPlatform || isIgnored ? 'note' : 'blocks',
			object: role,
			count: null,
			ids: [],
			consequence: isPlatform
				? `It continues to see every organization, through policies of its own (${where}).`
				: `Because of row security it will see no rows in ${where}.`,
			remedy: isPlatform
				? 'None needed.'
				: isIgnored
					? 'None: --ignore-role accepts this.'
					: role === 'public'
						? 'Revoke these rights from public and grant them to the roles that need them, or accept it with --ignore-role public.'
						: `--platform-role ${role} lets it see every organization as before, --ignore-role ${role} does not.`,
		});
	}
	const ours = new Set(context.reference.policies.map(({ table, name }) => `${table} ${name}`));
	for (const policy of context.live.policies) {
		if (ours.has(`${policy.table} ${policy.name}`) || policy.name.startsWith('platform_')) continue;
		if (!(policy.table in context.baseline) || !policy.isPermissive) continue;
		const isOpen = policy.roles.some((role) => role === 'public' || role.startsWith('lma_'));
		findings.push({
			rule: 'foreign_policy',
			severity: isOpen ? 'blocks' : 'note',
			object: `${policy.table}.${policy.name}`,
			count: null,
			ids: [],
			consequence: isOpen
				? 'It also applies to tenants, who could see rows of other organizations through it.'
				: `It continues to apply to ${policy.roles.join(', ')}.`,
			remedy: isOpen
				? `alter policy ${policy.name} on ${policy.table} to the roles it is meant for.`
				: 'None needed.',
		});
	}
	return { steps: [], findings };
}
