import type { INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';

/** A node as n8n finds it in a workflow: `type` (package and name) with the class's instance. */
export type NodeRegister = Record<string, INodeType>;

/**
 * The engine's view of the nodes that are installed.
 *
 * @throws Error when a workflow names a type that is not in the register
 */
export class NodeTypes implements INodeTypes {
	constructor(private readonly register: NodeRegister) {}

	getByName(nodeType: string): INodeType | IVersionedNodeType {
		return this.find(nodeType);
	}

	getByNameAndVersion(nodeType: string): INodeType {
		return this.find(nodeType);
	}

	getKnownTypes(): Record<string, { className: string; sourcePath: string }> {
		return {};
	}

	private find(nodeType: string): INodeType {
		const found = this.register[nodeType];
		if (!found) throw new Error(`Node type ${nodeType} is not registered; add it to the engine's register.`);
		return found;
	}
}
