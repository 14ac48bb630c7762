import { randomUUID } from 'node:crypto';
import { ExecutionLifecycleHooks, ExternalSecretsProxy, WorkflowExecute } from 'n8n-core';
import {
	Workflow,
	type IConnections,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type IPinData,
	type IRun,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	type IWorkflowSettings,
	type NodeParameterValueType,
} from 'n8n-workflow';

import { type CredentialData, MemoryCredentials } from './credentials';
import './environment';
import { ItemSource } from './itemSource';
import { type NodeRegister, NodeTypes } from './nodeTypes';

/** Workflow JSON as n8n exports it, cut down to what the engine needs. */
export interface WorkflowJson {
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
}

export interface EngineOptions {
	nodes: NodeRegister;
	credentials?: CredentialData;
	/** Output of a node by its name, taken instead of running it. */
	pinData?: IPinData;
	workflowId?: string;
	executionId?: string;
}

/** `additionalData` of an execution: what full n8n would add around the engine. */
export function additionalData(
	credentials: CredentialData = {},
	executionId: string = randomUUID(),
): IWorkflowExecuteAdditionalData {
	const unavailable = () => Promise.reject(new Error('Not available in the test engine.'));
	return {
		credentialsHelper: new MemoryCredentials(credentials),
		externalSecretsProxy: new ExternalSecretsProxy(),
		executeWorkflow: unavailable,
		getRunExecutionData: () => Promise.resolve(undefined),
		getRuntimeCredential: () => Promise.resolve(undefined),
		startRunnerTask: unavailable,
		logAiEvent: () => undefined,
		executionId,
		currentNodeExecutionIndex: 0,
		restApiUrl: 'http://n8n.test/',
		instanceBaseUrl: 'http://n8n.test/',
		formBaseUrl: 'http://n8n.test/',
		formWaitingBaseUrl: 'http://n8n.test/',
		formTestBaseUrl: 'http://n8n.test/',
		webhookBaseUrl: 'http://n8n.test/',
		webhookWaitingBaseUrl: 'http://n8n.test/',
		webhookTestBaseUrl: 'http://n8n.test/',
		mcpBaseUrl: 'http://n8n.test/',
		mcpTestBaseUrl: 'http://n8n.test/',
		variables: {},
	};
}

/**
 * Runs workflow JSON in n8n-core's engine, in this process, and returns n8n's own record of the execution.
 *
 * Errors of a node do not throw: they are in `data.resultData.error`, as in n8n.
 */
export async function runWorkflow(json: WorkflowJson, options: EngineOptions): Promise<IRun> {
	const workflowId = options.workflowId ?? 'workflow-under-test';
	const workflow = new Workflow({
		id: workflowId,
		name: 'Under test',
		active: false,
		nodes: json.nodes,
		connections: json.connections,
		settings: { executionOrder: 'v1', ...json.settings },
		nodeTypes: new NodeTypes({ [ItemSource.type]: new ItemSource(), ...options.nodes }),
	});
	const data = additionalData(options.credentials, options.executionId);
	data.hooks = new ExecutionLifecycleHooks(
		'trigger',
		data.executionId ?? '',
		workflowRecord(workflowId, json),
	);
	return await new WorkflowExecute(data, 'trigger').run({
		workflow,
		startNode: firstNode(workflow),
		pinData: options.pinData,
	});
}

export interface NodeRun {
	/** Items per output; with `onError: 'continueErrorOutput'` the last one is the error output. */
	outputs: INodeExecutionData[][];
	/** The error that stopped the execution, as n8n shows it. */
	error?: {
		message: string;
		description?: string | null;
		context?: IDataObject;
		name?: string;
		stack?: string;
	};
	run: IRun;
}

export interface NodeRunOptions extends EngineOptions {
	type: string;
	parameters: Record<string, NodeParameterValueType>;
	items: INodeExecutionData[] | IDataObject[];
	onError?: INode['onError'];
	/** Anything else of the node: `retryOnFail`, `executeOnce`, … */
	node?: Partial<INode>;
	/** The workflow's time zone, as an IANA name. */
	timezone?: string;
}

/** Name of the node under test and of the node before it in workflows that `runNode` builds. */
export const nodeUnderTest = 'Node';
export const itemSource = 'Items';

/** Runs one node behind a node that emits `items`. */
export async function runNode(options: NodeRunOptions): Promise<NodeRun> {
	const { type, parameters, items, onError, node, timezone, ...engineOptions } = options;
	const run = await runWorkflow(
		{
			nodes: [
				{
					id: '1',
					name: itemSource,
					type: ItemSource.type,
					typeVersion: 1,
					position: [0, 0],
					parameters: {},
				},
				{
					id: '2',
					name: nodeUnderTest,
					type,
					typeVersion: 1,
					position: [200, 0],
					parameters: parameters as INode['parameters'],
					credentials: credentialReferences(engineOptions.credentials),
					...(onError && { onError }),
					...node,
				},
			],
			connections: { [itemSource]: { main: [[{ node: nodeUnderTest, type: 'main', index: 0 }]] } },
			settings: timezone ? { timezone } : {},
		},
		{ ...engineOptions, pinData: { [itemSource]: items.map(asItem) } },
	);
	return { ...outcome(run, nodeUnderTest), run };
}

/** Items per output and the error of one node of a finished run. */
export function outcome(run: IRun, nodeName: string): Pick<NodeRun, 'outputs' | 'error'> {
	const task = run.data.resultData.runData[nodeName]?.at(-1);
	const outputs = (task?.data?.main ?? []).map((items) => items ?? []);
	const error = run.data.resultData.error as NodeRun['error'];
	return { outputs, ...(error && { error }) };
}

/** The first node that nothing leads to. The engine itself looks for a trigger, which a test may not have. */
function firstNode(workflow: Workflow) {
	return Object.values(workflow.nodes).find((node) => workflow.getParentNodes(node.name).length === 0);
}

function asItem(item: INodeExecutionData | IDataObject): INodeExecutionData {
	return 'json' in item ? (item as INodeExecutionData) : { json: item };
}

function credentialReferences(credentials: CredentialData = {}): INode['credentials'] {
	return Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: type, name: type }]));
}

function workflowRecord(id: string, json: WorkflowJson): IWorkflowBase {
	const now = new Date();
	return {
		id,
		name: 'Under test',
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		...json,
	};
}
