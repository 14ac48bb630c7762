import { Graphviz } from '@hpcc-js/wasm-graphviz';

import type { Catalogue, DocumentedReference, DocumentedTable } from './catalogue';
import { bySubject } from './subjects';

/** Seen on white and on black: lines and titles in a grey between, boxes with a ground of their own. */
const COLORS = { line: '#7d8590', ground: '#f6f8fa', head: '#ddf4ff', text: '#1f2328' };

const ROW_LENGTH = 4;
const SHORT_TYPES: Record<string, string> = { 'timestamp with time zone': 'timestamptz' };

/** Draws tables with their keys and the foreign keys between them, as SVG. The same catalogue gives the same text. */
export async function drawEntities(catalogue: Catalogue): Promise<string> {
	const graphviz = await Graphviz.load();
	const svg = graphviz.layout(describe(catalogue), 'svg', 'dot');
	return svg.slice(svg.indexOf('<svg'));
}

function describe({ tables, references }: Catalogue): string {
	const drawn = references.filter(({ target }) => target !== 'organizations');
	const connected = new Set(drawn.flatMap(({ table, target }) => [table, target]));
	const direct = new Set(
		references.filter(({ target }) => target === 'organizations').map(({ table }) => table),
	);
	const clusters = bySubject(tables, ({ name }) => name).map(([subject, members], n) => {
		const alone = members.map(({ name }) => name).filter((name) => !connected.has(name));
		const boxes = members.map((table) => node(table, direct.has(table.name)));
		return `subgraph cluster_${n} { label="${subject}"; ${boxes.join(' ')} ${inRows(alone)} }`;
	});
	return `digraph {
		graph [rankdir=RL, bgcolor=transparent, fontname="Helvetica", fontsize=14, fontcolor="${COLORS.line}",
			color="${COLORS.line}", style="dashed,rounded", nodesep=0.2, ranksep=0.7]
		node [shape=plain, fontname="Helvetica", fontsize=11, fontcolor="${COLORS.text}"]
		edge [color="${COLORS.line}", arrowsize=0.7]
		${clusters.toReversed().join('\n')}
		${drawn.map(edge).join('\n')}
	}`;
}

/** Tables that no arrow places, some beside each other. */
function inRows(names: readonly string[]): string {
	const rows = Array.from({ length: Math.ceil(names.length / ROW_LENGTH) }, (_, row) =>
		names.slice(row * ROW_LENGTH, (row + 1) * ROW_LENGTH),
	);
	// A row of one would be an empty edge: its style would be that of the box.
	return rows
		.filter((row) => row.length > 1)
		.map((row) => `${row.map(quoted).join(' -> ')} [style=invis];`)
		.join(' ');
}

/** A table with the columns of its primary and foreign keys; the others are counted. */
function node({ name, columns, isPartitioned }: DocumentedTable, isOfOrganization: boolean): string {
	const keys = columns.filter(({ isKey }) => isKey);
	const others = columns.length - keys.length;
	const rows = keys.map(({ name: key, type }) => {
		const target = isOfOrganization && key === 'organization_id' ? ' → organizations' : '';
		return `<tr><td align="left" port="${key}">${key}  <i>${SHORT_TYPES[type] ?? type}</i>${target}</td></tr>`;
	});
	if (others > 0) rows.push(`<tr><td align="left">+ ${others} more</td></tr>`);
	const title = `<b>${name}</b>${isPartitioned ? ' by month' : ''}`;
	return `${quoted(name)} [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="3"
		color="${COLORS.line}" bgcolor="${COLORS.ground}"><tr><td bgcolor="${COLORS.head}">${title}</td></tr>${rows.join('')}</table>>];`;
}

/** From the column that says more than the organization. */
function edge({ table, columns, target }: DocumentedReference): string {
	const column = columns.find((name) => name !== 'organization_id') ?? columns[0] ?? '';
	return `${quoted(table)}:${quoted(column)} -> ${quoted(target)}:id;`;
}

function quoted(name: string): string {
	return `"${name}"`;
}
