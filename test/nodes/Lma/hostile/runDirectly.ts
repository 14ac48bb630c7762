import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { router } from '../../../../nodes/Lma/actions/router';
import type { NodeRun } from '../../../engine/engine';
import type { CredentialFields } from '../lma';
import type { ParameterSet } from './parameterSet';

/**
 * Runs the node without the engine around it, with the error output on: each item's parameters are its set, as they are.
 * Evaluating expressions takes the engine most of the time; and whole collections can be what n8n would never let through.
 */
export async function runDirectly(
	credential: CredentialFields,
	operation: string,
	sets: readonly ParameterSet[],
): Promise<Pick<NodeRun, 'outputs' | 'error'>> {
	const [resource, name] = operation.split('.');
	const node = {
		id: '1',
		name: 'LMA',
		type: 'n8n-nodes-lma.lma',
		typeVersion: 1,
		parameters: {},
	} as unknown as INode;
	const items = sets.map(({ json = {} }) => ({ json }));
	const context = {
		getNode: () => node,
		getWorkflow: () => ({ id: 'directly', active: true }),
		getExecutionId: () => '1',
		getTimezone: () => 'Europe/Berlin',
		getInputData: () => items,
		continueOnFail: () => true,
		addExecutionHints: () => undefined,
		getCredentials: () => Promise.resolve(credential),
		getNodeParameter: (
			parameter: string,
			index: number,
			_fallback: unknown,
			options?: { extractValue?: boolean },
		) => {
			if (parameter === 'resource') return resource;
			if (parameter === 'operation') return name;
			const value = sets[index]?.values[parameter];
			return options?.extractValue && isLocator(value) ? value.value : value;
		},
	};
	try {
		const [output = []] = await router.call(context as unknown as IExecuteFunctions);
		const isError = ({ json }: INodeExecutionData) =>
			typeof json.error === 'string' && json.details !== undefined;
		return { outputs: [output.filter((item) => !isError(item)), output.filter(isError)] };
	} catch (error) {
		return { outputs: [], error: error as Error & { context?: IDataObject } };
	}
}

function isLocator(value: unknown): value is { value: unknown } {
	return typeof value === 'object' && value !== null && '__rl' in value && 'value' in value;
}
