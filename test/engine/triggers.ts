import { ActiveWorkflowTriggers, ExecutionLifecycleHooks, TriggerContext, WorkflowExecute } from 'n8n-core';
import { createRequire } from 'node:module';
import {
	createRunExecutionData,
	Workflow,
	type INode,
	type INodeExecutionData,
	type IRun,
	type ITriggerFunctions,
	type WorkflowActivateMode,
} from 'n8n-workflow';
import type * as DI from '@n8n/di';

import type { CredentialData } from './credentials';
import { additionalData } from './engine';
import './environment';
import { ItemSource } from './itemSource';
import { type NodeRegister, NodeTypes } from './nodeTypes';

// The copy that n8n-core has; imported, it would be another, which knows nothing.
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as typeof DI;

/** One call of `emit`. */
export interface Emitted {
	items: INodeExecutionData[];
	deduplicationKey: string | undefined;
}

export interface TriggerOptions {
	nodes: NodeRegister;
	/** Read anew whenever the trigger asks. */
	credentials: CredentialData;
	type: string;
	parameters: INode['parameters'];
	/** Default `workflow-under-test`. */
	workflowId?: string;
	/** Default `trigger-under-test`. */
	nodeId?: string;
	/** Default `activate`, as when somebody publishes. */
	activation?: WorkflowActivateMode;
	/**
	 * In the place of the rest of the workflow: runs after the trigger's node, as one execution. What it throws is an
	 * execution that failed. Default: succeeds at once.
	 */
	execution?(emitted: Emitted): Promise<void> | void;
	/** n8n does not start the execution: rejects as n8n does, and nothing is executed. */
	refuse?(emitted: Emitted): Error | undefined;
}

/** A published workflow, as n8n 2.40 runs its trigger. */
export interface PublishedWorkflow {
	/** Every execution that was started, in order. */
	readonly emitted: Emitted[];
	/** The `json` of all their items. */
	items(): INodeExecutionData['json'][];
	/** What the trigger has told by `emitError`. n8n restarts it then, as here. */
	readonly errors: Error[];
	readonly isActive: boolean;
	unpublish(): Promise<void>;
}

/**
 * Publishes a workflow of one trigger. Follows `TriggerExecutionContextFactory` and `WorkflowTriggerActivator` of n8n
 * 2.40.7, around the real `ActiveWorkflowTriggers` and the real execution engine.
 *
 * @throws WorkflowActivationError when the trigger does not start
 */
export async function publish(options: TriggerOptions): Promise<PublishedWorkflow> {
	const triggers = ofAnotherN8n(Container.get(ActiveWorkflowTriggers));
	const { workflow, node } = build(options);
	const emitted: Emitted[] = [];
	const errors: Error[] = [];
	let isActive = false;

	async function run(start: Emitted): Promise<IRun> {
		const refusal = options.refuse?.(start);
		if (refusal) throw refusal;
		emitted.push(start);
		const data = additionalData(options.credentials);
		data.hooks = new ExecutionLifecycleHooks(
			'trigger',
			data.executionId ?? '',
			workflowRecord(workflow.id, node),
		);
		const execution = new WorkflowExecute(
			data,
			'trigger',
			createRunExecutionData({
				executionData: {
					nodeExecutionStack: [{ node, data: { main: [start.items] }, source: null }],
				},
			}),
		);
		const finished = await execution.processRunExecutionData(workflow);
		try {
			await options.execution?.(start);
		} catch (error) {
			finished.status = 'error';
			finished.data.resultData.error = error as never;
		}
		return finished;
	}

	const contextFor = (activation: WorkflowActivateMode) => () =>
		new TriggerContext(
			workflow,
			node,
			additionalData(options.credentials),
			'trigger',
			activation,
			((data: INodeExecutionData[][], _response: unknown, done?: Settled, deduplicationKey?: string) => {
				// n8n reads the workflow before it runs it.
				const running = Promise.resolve().then(() => run({ items: data[0] ?? [], deduplicationKey }));
				running.then(done?.resolve, done?.reject ?? (() => undefined));
			}) as ITriggerFunctions['emit'],
			(error) => {
				errors.push(error);
				void restart(activation);
			},
		);

	async function start(activation: WorkflowActivateMode): Promise<void> {
		await triggers.addTriggers(
			workflow.id,
			workflow,
			[node.id],
			additionalData(options.credentials),
			'trigger',
			activation,
			contextFor(activation),
			() => {
				throw new Error('Nothing here polls.');
			},
		);
		isActive = true;
	}

	async function stop(): Promise<void> {
		isActive = false;
		await triggers.removeTriggers(workflow.id, new Set([node.id]));
	}

	/** n8n would try again after a second, two and four. The trigger promises to need no second try, which fails here. */
	async function restart(activation: WorkflowActivateMode): Promise<void> {
		await stop();
		await start(activation);
	}

	await start(options.activation ?? 'activate');
	return {
		emitted,
		errors,
		get isActive() {
			return isActive;
		},
		items: () => emitted.flatMap(({ items }) => items.map(({ json }) => json)),
		unpublish: stop,
	};
}

/**
 * Executes the workflow in the editor: waits for the trigger to emit, and returns n8n's record. `cancelled` stops it, as
 * the button does.
 */
export async function executeInEditor(options: TriggerOptions, cancelled?: AbortSignal): Promise<IRun> {
	const { workflow, node } = build(options);
	const data = additionalData(options.credentials);
	data.hooks = new ExecutionLifecycleHooks(
		'manual',
		data.executionId ?? '',
		workflowRecord(workflow.id, node),
	);
	const running = new WorkflowExecute(data, 'manual').run({ workflow, startNode: node });
	cancelled?.addEventListener('abort', () => running.cancel());
	return await running;
}

function build(options: TriggerOptions): { workflow: Workflow; node: INode } {
	const node: INode = {
		id: options.nodeId ?? 'trigger-under-test',
		name: 'Trigger',
		type: options.type,
		typeVersion: 1,
		position: [0, 0],
		parameters: options.parameters,
		credentials: Object.fromEntries(
			Object.keys(options.credentials).map((type) => [type, { id: type, name: type }]),
		),
	};
	const workflow = new Workflow({
		id: options.workflowId ?? 'workflow-under-test',
		name: 'Under test',
		active: true,
		nodes: [node],
		connections: {},
		nodeTypes: new NodeTypes({ [ItemSource.type]: new ItemSource(), ...options.nodes }),
	});
	return { workflow, node };
}

/** Knows of no workflow yet, so that two n8n in one process can have published the same one. */
function ofAnotherN8n(triggers: ActiveWorkflowTriggers): ActiveWorkflowTriggers {
	const known = triggers as unknown as Record<string, unknown>;
	return Reflect.construct(ActiveWorkflowTriggers, [
		known['logger'],
		known['scheduledTaskManager'],
		known['triggersAndPollers'],
		known['errorReporter'],
		known['pollTriggerExecutor'],
	]) as ActiveWorkflowTriggers;
}

interface Settled {
	resolve: (run: IRun) => void;
	reject: (error: unknown) => void;
}

function workflowRecord(id: string, node: INode) {
	const now = new Date();
	return {
		id,
		name: 'Under test',
		active: true,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		nodes: [node],
		connections: {},
	};
}
