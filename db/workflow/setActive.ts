import { z } from 'zod/v4';

import { ConflictError, type LmaError, NotFoundError } from '../../domain/error/errors';
import { workflowId } from '../../domain/input/field';
import type { ItemResult } from '../../domain/itemResult';
import { PENDING, type Workflow } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import { findWorkflows } from './list';

export const activationSchema = z.strictObject({
	workflowId,
	/** Whether it should be published. */
	isActive: z.boolean({
		error: ({ input }) =>
			input === undefined
				? 'is missing; fill it in'
				: 'must be true or false; write true to publish the workflow, false to unpublish it',
	}),
});
export type Activation = z.output<typeof activationSchema>;

interface Asked {
	id: number;
	isConnected: boolean;
	isMissing: boolean;
	isArchived: boolean;
	isConfigurable: boolean;
}

/**
 * Says whether workflows should be published in n8n; the worker brings that about. Of several for one workflow the last
 * counts, and it counts more than what was done in n8n by hand before. One result per input, with the row: `desiredActive` is
 * what is wanted, `isActive` what n8n last said. Can be repeated. Four statements.
 */
export async function setWorkflowsActive(
	sql: Sql,
	activations: readonly Activation[],
): Promise<ItemResult<Workflow>[]> {
	const wanted = new Map(activations.map(({ workflowId, isActive }) => [workflowId, isActive]));
	const asked = await sql<Asked[]>`
		select w.id, w.integration_id is not null or starts_with(w.n8n_workflow_id, ${PENDING}) as is_connected,
			s.missing_since is not null as is_missing, coalesce(s.is_archived, false) as is_archived,
			jsonb_typeof(w.configuration) = 'object' as is_configurable
		from workflows w
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where w.organization_id = (select lma.current_organization_id())
			and w.id = any(${[...wanted.keys()]}::int[])
		order by w.id
		for no key update of w`;
	const obstacles = new Map(asked.map((row) => [row.id, obstacleTo(row, wanted.get(row.id) === true)]));
	const input = asked
		.filter((row) => !obstacles.get(row.id))
		.map((row) => ({ id: row.id, isActive: wanted.get(row.id) === true }));
	await sql`
		update workflows w
		set configuration = w.configuration || jsonb_build_object('desired', jsonb_build_object('active', e."isActive"))
		from jsonb_to_recordset(${sql.json(input)}) as e(id int, "isActive" boolean)
		where w.organization_id = (select lma.current_organization_id())
			and w.id = e.id
			and w.desired_active is distinct from e."isActive"`;
	// What is wanted as before, and was changed in n8n by hand, is wanted anew.
	await sql`select lma.settle_publication_again(${input.map(({ id }) => id)}::int[])`;
	const found = await findWorkflows(
		sql,
		activations.map(({ workflowId }) => workflowId),
	);
	return activations.map(({ workflowId }, position) => {
		const obstacle = obstacles.get(workflowId);
		if (obstacle) return { error: obstacle };
		return found[position] ?? { error: new NotFoundError('Workflow', workflowId) };
	});
}

function obstacleTo(row: Asked, isActive: boolean): LmaError | undefined {
	if (row.isMissing) {
		return new ConflictError(
			`Workflow ${row.id} is no longer in n8n`,
			'Register it again by its name to have it created again.',
		);
	}
	if (row.isArchived && isActive)
		return new ConflictError(`Workflow ${row.id} is archived in n8n`, 'Unarchive it there first.');
	if (!row.isConnected) {
		return new ConflictError(
			`Workflow ${row.id} belongs to no n8n connection`,
			'Connect its n8n instance with lma org connect n8n, and use the row that the worker then creates.',
		);
	}
	if (!row.isConfigurable) {
		return new ConflictError(
			`The configuration of workflow ${row.id} is not a JSON object`,
			'Replace it with one, such as {}.',
		);
	}
	return undefined;
}
