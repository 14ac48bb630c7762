import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

/** A tool as n8n hands it to an agent. */
interface Tool {
	name: string;
	description: string;
	/** The arguments that the model is told of. */
	schema: { shape: Record<string, unknown> };
	invoke(args: IDataObject): Promise<string>;
}

/**
 * An AI agent without a model: each input item `{ tool, args }` is a call that a model would make. Gives the tool's answer
 * or the error that the model would be told.
 */
export class Agent implements INodeType {
	static readonly type = 'test.agent';

	readonly description: INodeTypeDescription = {
		displayName: 'Agent',
		name: 'agent',
		group: ['transform'],
		version: 1,
		description: 'Calls tools as the items say',
		defaults: { name: 'Agent' },
		inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	};

	async execute(this: IExecuteFunctions) {
		const tools = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Tool[];
		const answers: IDataObject[] = [];
		for (const { json } of this.getInputData()) {
			const tool = tools.find(({ name }) => name === json.tool);
			if (!tool) {
				answers.push({
					tools: tools.map(({ name, description, schema }) => ({
						name,
						description,
						args: Object.keys(schema.shape),
					})),
				});
				continue;
			}
			try {
				answers.push({ answer: JSON.parse(await tool.invoke(json.args as IDataObject)) as IDataObject[] });
			} catch (error) {
				answers.push({ error: (error as Error).message });
			}
		}
		return [answers.map((json) => ({ json }))];
	}
}

/** A node that is `usableAsTool` in the form that n8n gives it for agents: another input, another output. */
export function asTool<Node extends INodeType>(node: Node): Node {
	const { usableAsTool, ...description } = node.description;
	if (!usableAsTool) throw new Error(`${description.name} is not usable as a tool`);
	return Object.assign(node, {
		description: {
			...description,
			name: `${description.name}Tool`,
			inputs: [],
			outputs: [NodeConnectionTypes.AiTool],
		},
	});
}
