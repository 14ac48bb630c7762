import type postgres from 'postgres';

/** Registers a workflow of one webhook, as the LMA node does, with every connection that there is. */
export function registerHook(sql: postgres.Sql, { active }: { active: boolean }) {
	const template = {
		nodes: [{ name: 'Hook', type: 'n8n-nodes-base.webhook', position: [0, 0], parameters: {} }],
		connections: {},
		settings: {},
	};
	return sql`
		insert into workflows (
			organization_id, integration_id, n8n_workflow_id, name, registered_name, configuration, is_active)
		select organization_id, id, 'pending:' || gen_random_uuid(), 'Intake', 'Intake',
			${sql.json({ template, desired: { active } })}, false
		from integrations`;
}
