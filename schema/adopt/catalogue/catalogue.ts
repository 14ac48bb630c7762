import type { ClientBase } from '../../../db/connection/pgConfig';
import { CATALOGUE_QUERIES } from './catalogueQueries';

export interface Column {
	name: string;
	/** As format_type() writes it, with its schema where that is not pg_catalog. */
	type: string;
	notNull: boolean;
	/** The default's, or the generated column's, expression. */
	expression: string | null;
	/** An expression that gives every row a value of its own: adding the column with it would rewrite the table. */
	isVolatile: boolean;
	identity: '' | 'a' | 'd';
	generated: '' | 's' | 'v';
	/** The sequence its default or identity takes numbers from. */
	sequence: string | null;
	/** -1 for the server's default. */
	statisticsTarget: number;
	/** As in pg_attribute: `n_distinct=2`. */
	options: string[];
	comment: string | null;
}

export interface Table {
	/** With its schema, quoted where needed: `public.leads`. So are all names here. */
	name: string;
	kind: 'r' | 'p';
	owner: string;
	columns: Column[];
	primaryKey: string[];
	partitionKey: string | null;
	parent: string | null;
	bound: string | null;
	/** As in pg_class: `d` by the primary key, `f` full. */
	replicaIdentity: string;
	rowSecurity: boolean;
	forceRowSecurity: boolean;
	options: string[];
	comment: string | null;
	/** The planner's estimate; 0 when it has never looked. */
	rows: number;
}

export interface Index {
	name: string;
	table: string;
	definition: string;
	isUnique: boolean;
	isValid: boolean;
	/** Belongs to an index of the partitioned table. */
	isPart: boolean;
	constraint: string | null;
	columns: string[];
	/** Statistics targets by position. */
	statistics: Record<string, number>;
	comment: string | null;
}

export interface Constraint {
	name: string;
	table: string;
	type: 'p' | 'u' | 'f' | 'c' | 'x';
	definition: string;
	isValidated: boolean;
	isPart: boolean;
	columns: string[];
	foreignTable: string | null;
	foreignColumns: string[];
	/** Of a check. */
	expression: string | null;
	comment: string | null;
}

export interface Trigger {
	name: string;
	table: string;
	definition: string;
	enabled: string;
	isRowLevel: boolean;
	isBefore: boolean;
	onInsert: boolean;
	onUpdate: boolean;
	isPart: boolean;
}

export interface Policy {
	name: string;
	table: string;
	definition: string;
	isPermissive: boolean;
	roles: string[];
}

export interface Routine {
	/** `lma.changed_values(jsonb,jsonb)`. */
	name: string;
	kind: 'function' | 'procedure';
	definition: string;
	owner: string;
	comment: string | null;
}

export interface View {
	name: string;
	definition: string;
	options: string[];
	owner: string;
	columns: string[];
	/** Relations it reads. */
	reads: string[];
	isMaterialized: boolean;
	comment: string | null;
}

export interface Grant {
	kind: 'table' | 'column' | 'sequence' | 'routine' | 'schema';
	object: string;
	column: string | null;
	grantee: string;
	privilege: string;
	isGrantable: boolean;
}

export interface Named {
	name: string;
	definition: string;
	owner: string;
}

/** Everything about a database that its migrations decide, in the words of one server. */
export interface Catalogue {
	tables: Table[];
	indexes: Index[];
	constraints: Constraint[];
	triggers: Trigger[];
	policies: Policy[];
	routines: Routine[];
	views: View[];
	grants: Grant[];
	enums: { name: string; labels: string[]; owner: string }[];
	types: Named[];
	/** `isAlone`: of no column. */
	sequences: (Named & { isAlone: boolean })[];
	statistics: (Named & { table: string })[];
	defaultPrivileges: { definition: string }[];
	schemas: { name: string; owner: string; comment: string | null }[];
}

/** Reads schemas `public` and `lma`. Takes no lock that a writer would notice. */
export async function readCatalogue(client: ClientBase): Promise<Catalogue> {
	// Then every name is written with its schema.
	await client.query('set search_path = pg_catalog, pg_temp');
	const parts: [string, unknown][] = [];
	const queries: Record<keyof Catalogue, string> = CATALOGUE_QUERIES;
	for (const [part, query] of Object.entries(queries)) {
		const { rows } = await client.query<{ part: unknown }>(
			`select coalesce(json_agg(q), '[]') as part from (${query}) q`,
		);
		parts.push([part, rows[0]?.part]);
	}
	return Object.fromEntries(parts) as unknown as Catalogue;
}

export function findTable(catalogue: Catalogue, name: string): Table | undefined {
	return catalogue.tables.find((table) => table.name === name);
}

export function findColumn(table: Table | undefined, name: string): Column | undefined {
	return table?.columns.find((column) => column.name === name);
}
