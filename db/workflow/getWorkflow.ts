import { ConflictError, NotFoundError } from '../../domain/error/errors';
import type { Workflow } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import { workflowColumns, workflowTables } from './columns';

const LARGEST_ID = 2_147_483_647;

/**
 * The workflow that a person means: by its id, by the name it was registered by, or by its name in n8n, the first of these
 * that fits. One statement.
 * @throws NotFoundError; ConflictError when several have the name
 */
export async function getWorkflow(sql: Sql, meant: string): Promise<Workflow> {
	const id = /^[0-9]{1,10}$/.test(meant) && Number(meant) <= LARGEST_ID ? Number(meant) : null;
	const found = await sql<(Workflow & { rank: number })[]>`
		select ${workflowColumns(sql)},
			case when w.id = ${id}::int then 1 when w.registered_name = ${meant} then 2 else 3 end as rank
		from ${workflowTables(sql)}
		where w.organization_id = (select lma.current_organization_id())
			and (w.id = ${id}::int or w.registered_name = ${meant} or w.name = ${meant})
		order by rank, w.id`;
	const [first] = found;
	if (!first) {
		throw new NotFoundError('Workflow', `"${meant}"`, '"lma workflow list" shows the existing ones.');
	}
	const { rank, ...workflow } = first;
	const same = found.filter((other) => other.rank === rank);
	if (same.length === 1) return workflow;
	const ids = same.map((other) => other.id).join(', ');
	throw new ConflictError(`${same.length} workflows are called "${meant}"`, `Give the id of one: ${ids}.`);
}
