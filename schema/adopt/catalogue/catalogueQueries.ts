const scope = "n.nspname in ('public', 'lma', 'lma_archive')";
const name = (relation: string, schema = 'n') => `format('%I.%I', ${schema}.nspname, ${relation}.relname)`;
const columns = (table: string, numbers: string) => `coalesce((
	select json_agg(a.attname order by entry.position)
	from unnest(${numbers}) with ordinality as entry(number, position)
	join pg_attribute a on a.attrelid = ${table} and a.attnum = entry.number
), '[]')`;
const grantee = "case when acl.grantee = 0 then 'public' else pg_get_userbyid(acl.grantee)::text end";
const grant = (kind: string, object: string, column = 'null::name') => `
	${kind} as kind, ${object} as object, ${column} as "column", ${grantee} as grantee,
	acl.privilege_type as privilege, acl.is_grantable as "isGrantable"`;
/** Objects that belong to an extension come with it. */
const notOfExtension = (catalogue: string, oid: string) => `not exists (
	select from pg_depend e where e.classid = '${catalogue}'::regclass and e.objid = ${oid} and e.deptype = 'e'
)`;

/** One query for each part of a catalogue; the aliases are the fields. */
export const CATALOGUE_QUERIES = {
	schemas: `
		select n.nspname as name, pg_get_userbyid(n.nspowner) as owner, obj_description(n.oid, 'pg_namespace') as comment
		from pg_namespace n where ${scope}`,
	tables: `
		select ${name('c')} as name, c.relkind as kind, pg_get_userbyid(c.relowner) as owner,
			(
				select coalesce(json_agg(json_build_object(
					'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
					'expression', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity, 'generated', a.attgenerated,
					'isVolatile', coalesce(pg_get_expr(d.adbin, d.adrelid) ~ 'nextval\\(' or exists (
						select from pg_depend f join pg_proc p on p.oid = f.refobjid
						where f.classid = 'pg_attrdef'::regclass and f.objid = d.oid
							and f.refclassid = 'pg_proc'::regclass and p.provolatile = 'v'
					) or pg_get_expr(d.adbin, d.adrelid) ~ '(gen_random_uuid|random|clock_timestamp|uuidv7|uuidv4)\\(', false),
					'sequence', (
						select ${name('s', 'sn')}
						from pg_depend dep
						join pg_class s on s.relkind = 'S' and s.oid = case dep.classid
							when 'pg_attrdef'::regclass then dep.refobjid else dep.objid end
						join pg_namespace sn on sn.oid = s.relnamespace
						where (dep.classid = 'pg_attrdef'::regclass and dep.objid = d.oid and dep.refclassid = 'pg_class'::regclass)
							or (dep.classid = 'pg_class'::regclass and dep.refobjid = c.oid and dep.refobjsubid = a.attnum
								and dep.deptype = 'i')
						limit 1
					),
					'statisticsTarget', coalesce(a.attstattarget, -1),
					-- PostgreSQL 15.20 stamps every column with an option of its own, pg_attver.
					'options', array(select option from unnest(a.attoptions) as option where option not like 'pg\\_%'),
					'comment', col_description(c.oid, a.attnum)
				) order by a.attnum), '[]')
				from pg_attribute a
				left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
			) as columns,
			coalesce((select ${columns('c.oid', 'i.indkey::int2[]')} from pg_index i where i.indrelid = c.oid and i.indisprimary), '[]')
				as "primaryKey",
			pg_get_partkeydef(c.oid) as "partitionKey",
			(
				select ${name('p', 'pn')}
				from pg_inherits h join pg_class p on p.oid = h.inhparent join pg_namespace pn on pn.oid = p.relnamespace
				where h.inhrelid = c.oid
			) as parent,
			pg_get_expr(c.relpartbound, c.oid) as bound,
			c.relreplident as "replicaIdentity", c.relrowsecurity as "rowSecurity", c.relforcerowsecurity as "forceRowSecurity",
			array_cat(coalesce(c.reloptions, '{}'), array(
				select 'toast.' || option from pg_class t, unnest(t.reloptions) as option where t.oid = c.reltoastrelid
			)) as options,
			obj_description(c.oid, 'pg_class') as comment, greatest(c.reltuples, 0)::float8 as rows
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where ${scope} and c.relkind in ('r', 'p') and ${notOfExtension('pg_class', 'c.oid')}
		order by c.oid`,
	indexes: `
		select format('%I.%I', n.nspname, x.relname) as name, ${name('c')} as table, pg_get_indexdef(x.oid) as definition,
			i.indisunique as "isUnique", i.indisvalid as "isValid", x.relispartition as "isPart",
			(select k.conname from pg_constraint k where k.conindid = x.oid and k.contype in ('p', 'u', 'x')) as constraint,
			${columns('c.oid', 'i.indkey::int2[]')} as columns, obj_description(x.oid, 'pg_class') as comment,
			coalesce((
				select json_object_agg(a.attnum, a.attstattarget)
				from pg_attribute a where a.attrelid = x.oid and a.attstattarget >= 0
			), '{}') as statistics
		from pg_index i
		join pg_class x on x.oid = i.indexrelid
		join pg_class c on c.oid = i.indrelid
		join pg_namespace n on n.oid = c.relnamespace
		where ${scope} and c.relkind in ('r', 'p')
		order by x.oid`,
	constraints: `
		select k.conname as name, ${name('c')} as table, k.contype as type, pg_get_constraintdef(k.oid) as definition,
			k.convalidated as "isValidated", k.conparentid <> 0 or not k.conislocal as "isPart",
			${columns('k.conrelid', 'k.conkey')} as columns,
			(select ${name('f', 'fn')} from pg_class f join pg_namespace fn on fn.oid = f.relnamespace where f.oid = k.confrelid)
				as "foreignTable",
			${columns('k.confrelid', 'k.confkey')} as "foreignColumns", pg_get_expr(k.conbin, k.conrelid) as expression,
			obj_description(k.oid, 'pg_constraint') as comment
		from pg_constraint k
		join pg_class c on c.oid = k.conrelid
		join pg_namespace n on n.oid = c.relnamespace
		where ${scope} and k.contype in ('p', 'u', 'f', 'c', 'x')
		order by k.oid`,
	triggers: `
		select t.tgname as name, ${name('c')} as table, pg_get_triggerdef(t.oid) as definition, t.tgenabled as enabled,
			t.tgtype & 1 = 1 as "isRowLevel", t.tgtype & 2 = 2 as "isBefore", t.tgtype & 4 = 4 as "onInsert",
			t.tgtype & 16 = 16 as "onUpdate", t.tgparentid <> 0 as "isPart"
		from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
		where ${scope} and not t.tgisinternal
		order by t.oid`,
	policies: `
		select p.polname as name, ${name('c')} as table, p.polpermissive as "isPermissive",
			array(select case when r = 0 then 'public' else pg_get_userbyid(r)::text end from unnest(p.polroles) r order by 1)
				as roles,
			format('as %s for %s to %s%s%s', case when p.polpermissive then 'permissive' else 'restrictive' end,
				case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
				(select string_agg(case when r = 0 then 'public' else quote_ident(pg_get_userbyid(r)::text) end, ', '
					order by pg_get_userbyid(r)::text) from unnest(p.polroles) r),
				' using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
				' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') as definition
		from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
		where ${scope}
		order by p.oid`,
	routines: `
		select p.oid::regprocedure::text as name, case p.prokind when 'p' then 'procedure' else 'function' end as kind,
			pg_get_functiondef(p.oid) as definition, pg_get_userbyid(p.proowner) as owner,
			obj_description(p.oid, 'pg_proc') as comment
		from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		where ${scope} and p.prokind in ('f', 'p', 'w') and ${notOfExtension('pg_proc', 'p.oid')}
		order by p.oid`,
	views: `
		select ${name('c')} as name, pg_get_viewdef(c.oid) as definition, coalesce(c.reloptions, '{}') as options,
			pg_get_userbyid(c.relowner) as owner, c.relkind = 'm' as "isMaterialized",
			array(select a.attname || ' ' || format_type(a.atttypid, a.atttypmod) from pg_attribute a
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns,
			array(
				select distinct ${name('r', 'rn')}
				from pg_rewrite w
				join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
				join pg_class r on r.oid = d.refobjid and r.oid <> c.oid
				join pg_namespace rn on rn.oid = r.relnamespace
				where w.ev_class = c.oid
			) as reads,
			obj_description(c.oid, 'pg_class') as comment
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('v', 'm')
			and ${notOfExtension('pg_class', 'c.oid')}
		order by c.oid`,
	grants: `
		select ${grant("case c.relkind when 'S' then 'sequence' else 'table' end", name('c'))}
		from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) acl
		where ${scope} and c.relkind in ('r', 'p', 'v', 'm', 'S')
		union all
		select ${grant("'column'", name('c'), 'a.attname')}
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		join pg_attribute a on a.attrelid = c.oid and not a.attisdropped, aclexplode(a.attacl) acl
		where ${scope}
		union all
		select ${grant("'routine'", 'p.oid::regprocedure::text')}
		from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
			aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
		where ${scope}
		union all
		select ${grant("'schema'", 'quote_ident(n.nspname)')}
		from pg_namespace n, aclexplode(n.nspacl) acl
		where ${scope}`,
	enums: `
		select format('%I.%I', n.nspname, t.typname) as name, pg_get_userbyid(t.typowner) as owner,
			array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels
		from pg_type t join pg_namespace n on n.oid = t.typnamespace
		where ${scope} and t.typtype = 'e'`,
	types: `
		select format('%I.%I', n.nspname, t.typname) as name, pg_get_userbyid(t.typowner) as owner,
			case t.typtype when 'c' then format('create type %I.%I as (%s)', n.nspname, t.typname, (
				select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
				from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
			)) else format('create domain %I.%I as %s%s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), (
				select string_agg(format(' constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), '')
				from pg_constraint k where k.contypid = t.oid
			)) end as definition
		from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
		where ${scope} and (t.typtype = 'd' or (t.typtype = 'c' and c.relkind = 'c')) and ${notOfExtension('pg_type', 't.oid')}`,
	sequences: `
		select ${name('c')} as name, pg_get_userbyid(c.relowner) as owner,
			format('create sequence %s as %s increment %s minvalue %s maxvalue %s start %s cache %s%s', ${name('c')},
				format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
				case when s.seqcycle then ' cycle' else '' end) as definition,
			not exists (
				select from pg_depend d
				where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
			) as "isAlone"
		from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
		where ${scope}`,
	statistics: `
		select format('%I.%I', n.nspname, s.stxname) as name, ${name('c')} as table, pg_get_userbyid(s.stxowner) as owner,
			pg_get_statisticsobjdef(s.oid) as definition
		from pg_statistic_ext s join pg_class c on c.oid = s.stxrelid join pg_namespace n on n.oid = s.stxnamespace
		where ${scope}`,
	defaultPrivileges: `
		select format('alter default privileges for role %I%s revoke execute on routines from public',
			pg_get_userbyid(d.defaclrole), ' in schema ' || quote_ident(n.nspname)) as definition
		from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
		where d.defaclobjtype = 'f' and starts_with(pg_get_userbyid(d.defaclrole)::text, 'lma_')
			and not exists (select from aclexplode(d.defaclacl) acl where acl.grantee = 0)`,
};
