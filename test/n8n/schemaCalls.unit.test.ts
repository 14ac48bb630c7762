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

it.each([
	['describes itself', { status: 200, body: yaml }, ['executionOrder', 'redactionPolicy']],
	['does not', { status: 404, body: 'no' }, null],
	['refuses to', { status: 403, body: {} }, null],
	['answers with something else', { status: 200, body: '<html></html>' }, null],
])('an n8n that %s: %j', async (_title, answer, names) => {
	const n8n = await startScriptedN8n({ 'GET /api/v1/openapi.yml': answer });
	const client = createN8nClient({ baseUrl: n8n.url, apiKey: 'key', attempts: 1 });
	const settings = await client.schema.workflowSettings();
	expect(settings && [...settings]).toEqual(names);
});

it('an n8n that does not answer now is none that takes the oldest settings', async () => {
	const n8n = await startScriptedN8n({ 'GET /api/v1/openapi.yml': { status: 503, body: {} } });
	const client = createN8nClient({ baseUrl: n8n.url, apiKey: 'key', attempts: 1 });
	await expect(client.schema.workflowSettings()).rejects.toThrow('503');
});
