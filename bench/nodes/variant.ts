import type { ExportedWorkflow } from '../../cli/n8n/exportedWorkflow';
import { fieldOf } from '../../db/connection/record';
import { WRITTEN_COLUMNS } from '../../domain/lead/lead';
import { BENCH_COLUMNS, type BenchColumn } from './leads';

/** One way to write leads with a node. */
export interface Variant {
	name: string;
	/** Whether the leads are there before. */
	isRepeated?: boolean;
	/** Of this many leads and more it is not run: it would take minutes and say nothing new. */
	below?: number;
	node: NodeSettings;
}

type NodeSettings = Omit<ExportedWorkflow['nodes'][number], 'name'> & { type: string };

type Parameters = Record<string, unknown>;

/** What an upsert leaves as it is: it finds the lead by these. */
const KEYS: readonly BenchColumn[] = ['email', 'organization_id'];
const CHANGED = BENCH_COLUMNS.filter((column) => !KEYS.includes(column));

/** The parameters of our node that a form asks for one by one; the others are in a collection. */
const isExpected = (field: string) => WRITTEN_COLUMNS.some((c) => c.field === field && c.input.isExpected);
const PARAMETERS = BENCH_COLUMNS.filter((column) => column !== 'organization_id').map(
	(column) => [fieldOf(column), `={{ $json.${column} }}`] as const,
);

function lma(operation: string, node: Partial<NodeSettings> = {}): NodeSettings {
	return {
		type: 'n8n-nodes-lma.lma',
		typeVersion: 1,
		parameters: {
			resource: 'lead',
			operation,
			...Object.fromEntries(PARAMETERS.filter(([field]) => isExpected(field))),
			additionalFields: Object.fromEntries(PARAMETERS.filter(([field]) => !isExpected(field))),
		},
		credentials: { lmaApi: { name: 'LMA' } },
		...node,
	};
}

function postgres(
	parameters: Parameters,
	queryBatching: string,
	node: Partial<NodeSettings> = {},
): NodeSettings {
	return {
		type: 'n8n-nodes-base.postgres',
		typeVersion: 2.6,
		parameters: { ...parameters, options: { ...(parameters.options as object | undefined), queryBatching } },
		credentials: { postgres: { name: 'Postgres' } },
		...node,
	};
}

const insert: Parameters = {
	resource: 'database',
	operation: 'insert',
	schema: { __rl: true, mode: 'name', value: 'public' },
	table: { __rl: true, mode: 'name', value: 'leads' },
	// The quicker of its two ways to fill the columns.
	columns: { mappingMode: 'autoMapInputData', value: null, matchingColumns: [], schema: [] },
};

/** Where the query has the column's value. */
function placeOf(column: BenchColumn): string {
	return `$${BENCH_COLUMNS.indexOf(column) + 1}${column === 'source' ? '::lead_source_enum' : ''}`;
}

/** What n8n puts there. */
function replacementOf(column: BenchColumn): string {
	return column === 'custom_fields' ? `JSON.stringify($json.${column})` : `$json.${column}`;
}

/** `leads` has no unique address, so the node's own upsert cannot be used: this is what one writes instead. */
const upsertQuery: Parameters = {
	resource: 'database',
	operation: 'executeQuery',
	query: `with updated as (
	update leads
	set ${CHANGED.map((column) => `${column} = ${placeOf(column)}`).join(', ')}
	where organization_id = ${placeOf('organization_id')} and email_key = lower(${placeOf('email')})
	returning *
), created as (
	insert into leads (${BENCH_COLUMNS.join(', ')})
	select ${BENCH_COLUMNS.map(placeOf).join(', ')}
	where not exists (select from updated)
	returning *
)
select * from updated union all select * from created`,
	options: {
		queryReplacement: `={{ [${BENCH_COLUMNS.map(replacementOf).join(', ')}] }}`,
	},
};

const errorOutput = { onError: 'continueErrorOutput' };

/** What is compared, in the order of the report. */
export const VARIANTS = [
	{ name: 'LMA create', node: lma('create') },
	{ name: 'LMA create, error output', node: lma('create', errorOutput) },
	{ name: 'LMA upsert, new leads', node: lma('upsert') },
	{ name: 'LMA upsert, known leads', node: lma('upsert'), isRepeated: true },
	{ name: 'Postgres insert, single', node: postgres(insert, 'single') },
	{ name: 'Postgres insert, transaction', node: postgres(insert, 'transaction') },
	{
		name: 'Postgres insert, independently',
		node: postgres(insert, 'independently', errorOutput),
	},
	{ name: 'Postgres upsert query, single, new leads', below: 10_000, node: postgres(upsertQuery, 'single') },
	{
		name: 'Postgres upsert query, single, known leads',
		below: 10_000,
		node: postgres(upsertQuery, 'single'),
		isRepeated: true,
	},
] as const satisfies readonly Variant[];

export type VariantName = (typeof VARIANTS)[number]['name'];

/** The path of the webhook that runs a variant. */
export function pathOf({ name }: Pick<Variant, 'name'>): string {
	return `bench-${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
}

/** Webhook, leads, the node, meter. */
export function workflowOf(variant: Variant): ExportedWorkflow {
	const path = pathOf(variant);
	const step = (index: number, name: string, node: NodeSettings) => ({
		id: String(index),
		name,
		position: [200 * index, 0],
		...node,
	});
	const fromBody = (field: string) => `={{ $json.body.${field} }}`;
	const to = (node: string) => [{ node, type: 'main', index: 0 }];
	return {
		name: variant.name,
		nodes: [
			step(0, 'Start', {
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				webhookId: path,
				parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
			}),
			step(1, 'Leads', {
				type: 'CUSTOM.benchLeads',
				typeVersion: 1,
				parameters: {
					count: fromBody('count'),
					series: fromBody('series'),
					organizationId: fromBody('organizationId'),
				},
			}),
			step(2, 'Node', variant.node),
			step(3, 'Meter', { type: 'CUSTOM.benchMeter', typeVersion: 1, parameters: {} }),
		],
		connections: {
			Start: { main: [to('Leads')] },
			Leads: { main: [to('Node')] },
			// Both outputs: what fails is counted.
			Node: { main: [to('Meter'), to('Meter')] },
		},
		settings: {
			executionOrder: 'v1',
			saveDataSuccessExecution: 'none',
			saveDataErrorExecution: 'none',
			saveExecutionProgress: false,
		},
	};
}
