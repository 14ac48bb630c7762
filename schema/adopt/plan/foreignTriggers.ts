import { findTable } from '../catalogue/catalogue';
import type { Context, Part } from './context';

interface ForeignTrigger {
	table: string;
	trigger: string;
	routine: string;
	schema: string;
	owner: string;
	language: string;
	source: string;
}

/**
 * Triggers of the other program that reach for more than their row. From now on roles of LMA and its own functions,
 * which have a search_path without public, write these tables too: a trigger that does not bring its own rights and
 * search_path would refuse their writes, and so those of the other program that set them off.
 */
export async function planForeignTriggers({ client, reference }: Context): Promise<Part> {
	const { rows } = await client.query<ForeignTrigger>(
		`select format('%I.%I', n.nspname, c.relname) as table, quote_ident(t.tgname) as trigger,
			format('%I.%I(%s)', pn.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as routine,
			quote_ident(pn.nspname) as schema, pg_get_userbyid(p.proowner)::text as owner, l.lanname as language,
			p.prosrc as source
		from pg_trigger t
		join pg_class c on c.oid = t.tgrelid
		join pg_namespace n on n.oid = c.relnamespace
		join pg_proc p on p.oid = t.tgfoid
		join pg_namespace pn on pn.oid = p.pronamespace
		join pg_language l on l.oid = p.prolang
		where not t.tgisinternal and t.tgparentid = 0 and t.tgenabled <> 'D'
			and pn.nspname <> 'lma' and l.lanname not in ('c', 'internal')
			and not (p.prosecdef and exists (select from unnest(p.proconfig) setting where setting like 'search_path=%'))
		order by 1, 2`,
	);
	const triggers = rows.filter(({ table }) => findTable(reference, table));
	if (triggers.length === 0) return { steps: [], findings: [] };
	const names = await client.query<{ name: string }>(
		`select name from (
			select relnamespace as namespace, relname::text as name from pg_class where relkind in ('r', 'p', 'v', 'm', 'S', 'f')
			union
			select pronamespace, proname from pg_proc where prorettype <> 'trigger'::regtype
			union
			select typnamespace, typname from pg_type where typtype in ('e', 'd')
		) t
		join pg_namespace n on n.oid = t.namespace
		where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'lma')`,
	);
	const known = new Set(names.rows.map(({ name }) => name));
	return {
		steps: [],
		findings: triggers.flatMap((found) => {
			const named = reachesFor(found, known);
			if (named === null) return [];
			return {
				rule: 'trigger_needs_rights',
				severity: 'blocks' as const,
				object: `${found.table}.${found.trigger}`,
				count: null,
				ids: [],
				consequence: `It also runs for writes by LMA, which would fail, because ${found.routine} would not find ${named} there or would not be allowed to use it.`,
				remedy: `alter function ${found.routine} security definer set search_path = ${found.schema}, pg_temp; it then acts as ${found.owner}.`,
			};
		}),
	};
}

/** The first name outside of PostgreSQL that a trigger's body has; null when it needs its row alone. */
function reachesFor({ language, source }: ForeignTrigger, known: ReadonlySet<string>): string | null {
	if (language !== 'plpgsql') return 'a relation of its own';
	const code = source
		.replace(/--.*$|\/\*[^]*?\*\//gm, ' ')
		.replace(/'(?:[^']|'')*'/g, ' ')
		.replace(/\b(?:new|old)\s*\.\s*(?:\w+|"[^"]+")/gi, ' ');
	if (/\bexecute\b/i.test(code)) return 'a relation of its own';
	for (const [, quoted, plain] of code.matchAll(/"([^"]+)"|([a-z_]\w*)/gi)) {
		const name = quoted ?? plain?.toLowerCase() ?? '';
		if (known.has(name)) return name;
	}
	return null;
}
