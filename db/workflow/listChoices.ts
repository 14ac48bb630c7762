import { parseInput } from '../../domain/input/parseInput';
import { type Choice, type ChoiceFilter, choiceFilterSchema } from '../../domain/choice';
import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import { nameHolds } from '../connection/pattern';

/** A page of the organization's workflows by name, registered or found in n8n. One statement. */
export function listWorkflowChoices(sql: Sql, filter: ChoiceFilter) {
	const { limit, offset, ...conditions } = parseInput(choiceFilterSchema, filter);
	return sql<Choice[]>`
		select w.id, w.name, w.category as detail
		from workflows w
		where w.organization_id = (select lma.current_organization_id())
			${nameHolds(sql, conditions.search)}
		order by w.name, w.id
		limit ${limit}
		offset ${offset}`;
}

/**
 * A page of the workflows that were found in n8n, are there still, and are not registered, by name; the detail is the name of
 * the n8n where the organization has several. One statement.
 */
export function listN8nWorkflowChoices(sql: Sql, filter: ChoiceFilter) {
	const { limit, offset, ...conditions } = parseInput(choiceFilterSchema, filter);
	return sql<Choice[]>`
		select w.id, w.name,
			(
				select case when count(*) > 1 then max(i.name) filter (where i.id = w.integration_id) end
				from integrations i
				where i.organization_id = (select lma.current_organization_id())
					and i.integration_type = 'n8n'
			) as detail
		from workflows w
		join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where w.organization_id = (select lma.current_organization_id())
			and w.integration_id is not null
			and w.registered_name is null
			and not starts_with(w.n8n_workflow_id, ${PENDING})
			and s.missing_since is null
			and not s.is_archived
			${nameHolds(sql, conditions.search)}
		order by w.name, w.id
		limit ${limit}
		offset ${offset}`;
}
