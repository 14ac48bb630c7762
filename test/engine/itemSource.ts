import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

/** First node of a test workflow. Its output is pinned; without a pin it emits one empty item. */
export class ItemSource implements INodeType {
	static readonly type = 'test.itemSource';

	readonly description: INodeTypeDescription = {
		displayName: 'Item Source',
		name: 'itemSource',
		group: ['trigger'],
		version: 1,
		description: 'Emits the items of a test',
		defaults: { name: 'Items' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	};

	execute(this: IExecuteFunctions) {
		return Promise.resolve([this.getInputData()]);
	}
}
