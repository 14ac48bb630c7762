import {
	completed,
	isStandard,
	type Pipeline,
	PIPELINE_KINDS,
	type PipelineEntry,
} from '../../domain/pipeline/pipeline';
import type { Sql } from '../connection/client';

type Row = PipelineEntry & { kind: string };

/** What the transaction's organization calls the values of leads, in its order. One statement. */
export async function getPipeline(sql: Sql): Promise<Pipeline> {
	const rows = await sql<Row[]>`
		select p.kind, p.value, p.label, p.is_hidden
		from pipeline_labels p
		where p.organization_id = (select lma.current_organization_id())
		order by p.kind, p.position`;
	return completed(rows);
}

/** The same of any organization. For administration: run it with `asOwner`. */
export async function getPipelineOf(sql: Sql, organizationId: number): Promise<Pipeline> {
	const rows = await sql<Row[]>`
		select p.kind, p.value, p.label, p.is_hidden
		from pipeline_labels p
		where p.organization_id = ${organizationId}
		order by p.kind, p.position`;
	return completed(rows);
}

/**
 * Makes the pipeline of an organization what `change` makes of it. Two changes at once happen one after the other. A kind that
 * is as by standard has no rows. Can be repeated. For administration: run it with `asOwner`.
 */
export async function changePipeline(
	sql: Sql,
	organizationId: number,
	change: (pipeline: Pipeline) => Pipeline,
): Promise<Pipeline> {
	await sql`
		select
		from organizations
		where id = ${organizationId}
		for no key update`;
	const wanted = change(await getPipelineOf(sql, organizationId));
	const rows = PIPELINE_KINDS.filter((kind) => !isStandard(wanted[kind], kind)).flatMap((kind) =>
		wanted[kind].map(({ value, label, isHidden }, position) => ({
			kind,
			value,
			label,
			position,
			is_hidden: isHidden,
		})),
	);
	await sql`
		delete from pipeline_labels
		where organization_id = ${organizationId}`;
	await sql`
		insert into pipeline_labels (organization_id, kind, value, label, position, is_hidden)
		select ${organizationId}, p.kind, p.value, p.label, p.position, p.is_hidden
		from jsonb_to_recordset(${sql.json(rows)}) as p(kind text, value text, label text, position int, is_hidden boolean)`;
	return wanted;
}
