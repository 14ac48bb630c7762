import { expect, it } from 'vitest';

import { createN8nClient } from '../../n8n/client';
import { keysAt } from '../../n8n/yamlKeys';
import { startScriptedN8n } from './scriptedN8n';

const yaml = `openapi: 3.0.0
paths:
  /workflows:
    workflowSettings:
      properties:
        notThese:
          type: string
components:
  schemas:
    other:
      type: object
      properties:
        notThis:
          type: string
    workflowSettings:
      type: object
      properties:
        executionOrder:
          type: string
          description: |
            Says: in which order.
        'redactionPolicy':
          enum:
            - none
    workflow:
      properties:
        norThis:
          type: string
`;
const path = ['components', 'schemas', 'workflowSettings', 'properties'];

it('the keys of a mapping are read, and of no other one', () => {
	expect(keysAt(yaml, path)).toEqual(['executionOrder', 'redactionPolicy']);
	expect(keysAt(yaml, [...path, 'gone'])).toEqual([]);
	expect(keysAt('', path)).toEqual([]);
	expect(keysAt('<html>\n  components: x\n', path)).toEqual([]);
});

const discovered = {
	data: {
		resources: {
			workflow: {
				endpoints: [
					{ method: 'GET', path: '/api/v1/workflows' },
					{
						method: 'POST',
						path: '/api/v1/workflows',
						requestSchema: {
							properties: { settings: { properties: { executionOrder: {}, callerIds: {} } } },
						},
					},
				],
			},
		},
	},
};

it.each([
	[
		'says what it offers',
		{ status: 200, body: discovered },
		{ status: 500, body: {} },
		['executionOrder', 'callerIds'],
	],
	[
		'says it without schemas',
		{ status: 200, body: { data: {} } },
		{ status: 200, body: yaml },
		['executionOrder', 'redactionPolicy'],
	],
	[
		'describes itself',
		{ status: 404, body: 'no' },
		{ status: 200, body: yaml },
		['executionOrder', 'redactionPolicy'],
	],
	['does not', { status: 404, body: 'no' }, { status: 404, body: 'no' }, null],
	['refuses to', { status: 403, body: {} }, { status: 403, body: {} }, null],
	[
		'fails at it, as n8n 2.40 does below a folder like .cache',
		{ status: 404, body: {} },
		{ status: 500, body: {} },
		null,
	],
	[
		'answers with something else',
		{ status: 200, body: '<html></html>' },
		{ status: 200, body: '<html></html>' },
		null,
	],
])('an n8n that %s', async (_title, discovery, specification, names) => {
	const n8n = await startScriptedN8n({
		'GET /api/v1/discover?include=schemas&resource=workflow': discovery,
		'GET /api/v1/openapi.yml': specification,
	});
	const client = createN8nClient({ baseUrl: n8n.url, apiKey: 'key', firstDelayMs: 1 });
	const settings = await client.schema.workflowSettings();
	expect(settings && [...settings]).toEqual(names);
});

it('an n8n that does not answer now is none that takes the oldest settings', async () => {
	const n8n = await startScriptedN8n({ 'GET /api/v1/openapi.yml': { status: 503, body: {} } });
	const client = createN8nClient({ baseUrl: n8n.url, apiKey: 'key', firstDelayMs: 1 });
	await expect(client.schema.workflowSettings()).rejects.toThrow('503');
});
