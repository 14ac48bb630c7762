import { expect, test } from 'vitest';

import { addWorkflow } from '../../../cli/n8n/provision';
import { createN8nClient } from '../../../n8n/client';
import { startScriptedN8n } from '../../n8n/scriptedN8n';

const made = { id: '5', name: 'Intake', active: false, nodes: [] };
const template = {
	name: 'Intake',
	nodes: [{ name: 'Hook', type: 'n8n-nodes-base.webhook' }],
	connections: {},
	settings: {},
};

test('a workflow is made, published and read back', async () => {
	const { url, asked } = await startScriptedN8n({
		'POST /api/v1/workflows': { body: made },
		'POST /api/v1/workflows/5/publish': { body: {} },
		'GET /api/v1/workflows/5': { body: { ...made, active: true } },
	});
	const api = createN8nClient({ baseUrl: url, apiKey: 'key', attempts: 1 });
	expect(await addWorkflow(api, template)).toMatchObject({ id: '5', active: true });
	expect(asked).toHaveLength(3);
});

test('a workflow that is gone before it is published is an error that names it', async () => {
	const { url } = await startScriptedN8n({ 'POST /api/v1/workflows': { body: made } });
	const api = createN8nClient({ baseUrl: url, apiKey: 'key', attempts: 1 });
	await expect(addWorkflow(api, template)).rejects.toThrow(
		'n8n created the workflow "Intake" but could not find it to publish it',
	);
});
