import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Lma } from '../../../../nodes/Lma/Lma.node';
import { runWorkflow } from '../../../engine/engine';
import { ItemSource } from '../../../engine/itemSource';
import { type LmaUnderTest, openLma } from '../lma';

/** As n8n's Limit with Max Items 1 and Keep Last Items. */
class LastItem extends ItemSource {
	override execute(this: IExecuteFunctions) {
		return Promise.resolve([this.getInputData().slice(-1)]);
	}
}

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
	await lma.owner`
		insert into leads (email, first_name, last_name, organization_id)
		select n || '@example.com', '', '', ${lma.acme.id}
		from generate_series(1, 23) n`;
});
afterAll(async () => {
	await lma.close();
});

const node = (name: string, type: string, parameters: object = {}): INode => ({
	id: name,
	name,
	type,
	typeVersion: 1,
	position: [0, 0],
	parameters: parameters as INode['parameters'],
	...(type.endsWith('.lma') && { credentials: { lmaApi: { id: 'lmaApi', name: 'lmaApi' } } }),
});
const to = (...names: string[]) => ({
	main: [names.map((name) => ({ node: name, type: 'main' as const, index: 0 }))],
});

test('the loop of docs/lists.md gives every lead once and ends by itself', async () => {
	const run = await runWorkflow(
		{
			nodes: [
				node('Start', ItemSource.type),
				node('Get Many', 'n8n-nodes-lma.lma', {
					resource: 'lead',
					operation: 'getMany',
					limit: 10,
					options: { includeCursor: true, afterCursor: '={{ $json.cursor }}' },
				}),
				node('Last', 'test.last'),
			],
			connections: { Start: to('Get Many'), 'Get Many': to('Last'), Last: to('Get Many') },
		},
		{
			nodes: { 'n8n-nodes-lma.lma': new Lma(), 'test.last': new LastItem() },
			credentials: { lmaApi: { ...lma.credential } as unknown as IDataObject as never },
			pinData: { Start: [{ json: {} }] },
		},
	);
	expect(run.data.resultData.error).toBeUndefined();
	const pages = (run.data.resultData.runData['Get Many'] ?? []).map((task) => task.data?.main?.[0] ?? []);
	expect(pages.map((page) => page.length)).toEqual([10, 10, 3, 0]);
	expect(new Set(pages.flat().map(({ json }) => json.id)).size).toBe(23);
});
