import type { ClientBase } from '../../db/connection/pgConfig';

/** What the schema is made of outside the schema `lma`; partitions of a table count as the table. */
const OUR_RELATIONS = [
	'organizations',
	'users',
	'leads',
	'lead_notes',
	'communications',
	'communication_attempts',
	'campaigns',
	'campaign_leads',
	'integrations',
	'workflows',
	'workflow_sync_states',
	'scoring_rules',
	'assignment_rotations',
	'custom_field_definitions',
	'pipeline_labels',
	'activity_logs',
	'v_lead_summary',
	'v_organization_metrics',
	'v_user_productivity',
];

const OUR_TYPES = [
	'user_role_enum',
	'lead_status_enum',
	'lead_source_enum',
	'lead_temperature_enum',
	'communication_type_enum',
	'communication_direction_enum',
	'communication_status_enum',
	'campaign_status_enum',
	'integration_status_enum',
];

/** A schema, relation, type or function that LMA has made, or that has the name of one. */
export interface FoundObject {
	/** As `alter … owner to` takes it: `table`, `view`, `type`, `function`, `schema`. */
	kind: string;
	/** With its schema, quoted where needed: `public.leads`. */
	name: string;
	owner: string;
}

/** What a database holds before anything is changed. */
export interface SchemaState {
	/** As in `server_version_num`: 150004. */
	serverVersion: number;
	/** For people: `15.4`. */
	serverVersionText: string;
	database: string;
	login: string;
	/** Names in lma.migrations in the order they ran; null when there is no such table, or the login may not read it. */
	applied: string[] | null;
	hasRecord: boolean;
	/** What `lma adopt` has recorded; null when it never worked here, or the login may not read it. */
	adoption: string | null;
	objects: FoundObject[];
}

/** Reads the state of a database from its catalogue. Needs no privilege and changes nothing. */
export async function readSchemaState(client: ClientBase): Promise<SchemaState> {
	const {
		rows: [server],
	} = await client.query<Omit<SchemaState, 'applied' | 'adoption' | 'objects'>>(`
		select
			current_setting('server_version_num')::int as "serverVersion",
			current_setting('server_version') as "serverVersionText",
			current_database() as database,
			current_user as login,
			exists (
				select
				from pg_class c
				join pg_namespace n on n.oid = c.relnamespace
				where n.nspname = 'lma'
					and c.relname = 'migrations'
			) as "hasRecord"`);
	if (!server) throw new Error('The server said nothing about itself');
	const applied = await readColumn(client, 'migrations', 'name', 'id');
	const adoptions = await readColumn(client, 'adoption', 'status', 'status');
	const { rows: objects } = await client.query<FoundObject>(FIND_OBJECTS, [OUR_RELATIONS, OUR_TYPES]);
	return {
		...server,
		applied,
		adoption: adoptions?.find((status) => status !== 'complete') ?? adoptions?.at(-1) ?? null,
		objects,
	};
}

/** Values of a column of a table in schema lma; null when the table is not there or cannot be read. */
async function readColumn(
	client: ClientBase,
	table: string,
	column: string,
	order: string,
): Promise<string[] | null> {
	const { rows: readable } = await client.query(
		`select
		from pg_class c
		join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'lma'
			and c.relname = $1
			and has_schema_privilege(n.oid, 'usage')
			and has_table_privilege(c.oid, 'select')`,
		[table],
	);
	if (readable.length === 0) return null;
	const { rows } = await client.query<{ value: string }>(
		`select ${column}::text as value from lma.${table} order by ${order}`,
	);
	return rows.map(({ value }) => value);
}

const FIND_OBJECTS = `
	select 'schema' as kind, quote_ident(n.nspname) as name, pg_get_userbyid(n.nspowner) as owner
	from pg_namespace n
	where n.nspname = 'lma'
	union all
	select
		case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
		format('%I.%I', n.nspname, c.relname),
		pg_get_userbyid(c.relowner)
	from pg_class c
	join pg_namespace n on n.oid = c.relnamespace
	left join pg_inherits i on i.inhrelid = c.oid
	left join pg_class parent on parent.oid = i.inhparent
	where c.relkind in ('r', 'p', 'v', 'm', 'f')
		and (n.nspname = 'lma' or n.nspname = 'public' and coalesce(parent.relname, c.relname) = any($1::name[]))
	union all
	select 'type', format('%I.%I', n.nspname, t.typname), pg_get_userbyid(t.typowner)
	from pg_type t
	join pg_namespace n on n.oid = t.typnamespace
	where t.typtype = 'e'
		and n.nspname = 'public'
		and t.typname = any($2::name[])
	union all
	select
		case p.prokind when 'p' then 'procedure' else 'function' end,
		format('lma.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)),
		pg_get_userbyid(p.proowner)
	from pg_proc p
	join pg_namespace n on n.oid = p.pronamespace
	where n.nspname = 'lma'
	order by 1, 2`;
