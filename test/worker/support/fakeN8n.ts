import type { ServerResponse } from 'node:http';
import { startHttpSink, type HttpSink, type ReceivedRequest } from './httpSink';

export interface FakeNode {
	id: string;
	name: string;
	type: string;
	disabled?: boolean;
	parameters: object;
	[key: string]: unknown;
}

export interface FakeWorkflow {
	id: string;
	name: string;
	active: boolean;
	isArchived: boolean;
	versionId: string;
	activeVersionId: string | null;
	/** What is published, as it was when it was. */
	activeVersion?: { versionId: string; nodes: FakeNode[]; connections: object } | null;
	updatedAt: string;
	createdAt: string;
	nodes: FakeNode[];
	connections: object;
	settings: object;
	tags: { id: string; name: string }[];
}

/** Returns true when it has answered itself. */
export type Mischief = (request: ReceivedRequest, response: ServerResponse) => boolean;

/** n8n's public API for workflows, as far as the worker uses it and as strict as n8n 2.40 is, on a real port. */
export class FakeN8n {
	readonly apiKey = 'n8n-api-key-for-tests';
	workflows: FakeWorkflow[] = [];
	/** One per request, in order; when used up, requests are answered properly. */
	mischief: Mischief[] = [];
	/** Asked first at every request, also when there is no mischief left. */
	trap: Mischief = () => false;
	/** The same, once a write has been done and before it is answered. */
	afterWrite: Mischief = () => false;
	/** What nodes may name: n8n takes the one with the id, else the only one with the name. Empty: whatever is named stays. */
	credentials: { id: string; name: string; type: string }[] = [];
	/** The settings that openapi.yml names, and others are refused; null: there is no such file, and all are taken. */
	settingsTaken: string[] | null = null;
	/** Changes what a write stores; the answer is that all went well. */
	distort: (workflow: FakeWorkflow) => void = () => undefined;
	/** Called before a page is read; the place to shift pages. */
	beforePage: (offset: number) => void = () => undefined;

	private count = 0;

	private constructor(private readonly sink: HttpSink) {}

	static async start(): Promise<FakeN8n> {
		const fake: FakeN8n = new FakeN8n(
			await startHttpSink((request, response) => {
				fake.answer(request, response);
			}),
		);
		return fake;
	}

	get url(): string {
		return this.sink.url;
	}

	get requests(): ReceivedRequest[] {
		return this.sink.received;
	}

	stop(): Promise<void> {
		return this.sink.stop();
	}

	/** Adds workflows with a schedule trigger, named after their number. */
	add(count: number, overrides: Partial<FakeWorkflow> = {}): FakeWorkflow[] {
		const added = Array.from({ length: count }, (_, n) => {
			const number = this.workflows.length + n + 1;
			return {
				id: `wf${String(number).padStart(6, '0')}`,
				name: `Workflow ${number}`,
				active: true,
				isArchived: false,
				versionId: `version-${number}`,
				activeVersionId: `version-${number}`,
				updatedAt: '2026-01-01T00:00:00.000Z',
				createdAt: '2026-01-01T00:00:00.000Z',
				nodes: [
					{ id: 'a', name: 'Start', type: 'n8n-nodes-base.scheduleTrigger', parameters: {} },
					{ id: 'b', name: 'LMA', type: 'n8n-nodes-lma.lma', parameters: { resource: 'lead' } },
				],
				connections: {},
				settings: {},
				tags: [],
				...overrides,
			};
		});
		this.workflows.push(...added);
		return added;
	}

	/** What a person saves in the editor: a new version, as a draft. */
	edit(workflow: FakeWorkflow, changes: Partial<FakeWorkflow>): void {
		const { nodes = workflow.nodes } = changes;
		Object.assign(workflow, changes, { nodes: nodes.map((node) => ({ ...node })) });
		Object.assign(workflow, { versionId: `by-hand-${++this.count}`, updatedAt: new Date().toISOString() });
	}

	/** What a person publishes, or, with false, unpublishes. */
	publish(workflow: FakeWorkflow, isPublished = true): void {
		const { versionId, nodes, connections } = workflow;
		Object.assign(
			workflow,
			isPublished
				? {
						active: true,
						activeVersionId: versionId,
						activeVersion: { versionId, nodes: structuredClone(nodes), connections },
					}
				: { active: false, activeVersionId: null, activeVersion: null },
		);
	}

	private answer(request: ReceivedRequest, response: ServerResponse): void {
		if (this.mischief.shift()?.(request, response) || this.trap(request, response)) return;
		if (request.path === '/api/v1/openapi.yml') {
			sendSettings(response, this.settingsTaken);
			return;
		}
		if (request.headers['x-n8n-api-key'] !== this.apiKey) {
			send(response, 401, { message: 'unauthorized' });
			return;
		}
		if (request.method === 'GET') {
			send(response, ...this.find(request));
			return;
		}
		const answer = this.write(request);
		if (answer[0] === 200 && this.afterWrite(request, response)) return;
		send(response, ...answer);
	}

	private write({ method, path, body }: ReceivedRequest): [code: number, body: object] {
		const [, id, call] = /^\/api\/v1\/workflows(?:\/([^/?]+))?(?:\/([a-z]+))?$/.exec(path) ?? [];
		const found = this.workflows.find((workflow) => workflow.id === id);
		if (id && !found) return [404, { message: 'Not Found' }];
		const draft = JSON.parse(body || '{}') as Partial<FakeWorkflow>;
		const refusal = call ? undefined : refusalOf(draft, this.settingsTaken);
		if (refusal) return [400, { message: refusal }];
		if (method === 'POST' && !id) return [200, this.made(draft)];
		if (!found) return [405, { message: 'not allowed' }];
		if (found.isArchived) return [400, { message: 'Cannot change an archived workflow.' }];
		if (method === 'PUT')
			Object.assign(found, this.next(draft), { settings: { ...found.settings, ...draft.settings } });
		else if (call !== 'publish' && call !== 'unpublish') return [404, { message: 'not found' }];
		if (call || found.active) this.publish(found, call !== 'unpublish');
		this.distort(found);
		return [200, found];
	}

	private made(draft: Partial<FakeWorkflow>): FakeWorkflow {
		const id = `made${String(++this.count).padStart(4, '0')}`;
		const [workflow] = this.add(1, { active: false, activeVersionId: null, ...this.next(draft), id });
		this.distort(workflow!);
		return workflow!;
	}

	private next(draft: Partial<FakeWorkflow>): Partial<FakeWorkflow> {
		const nodes = draft.nodes?.map((node) => this.bound(node));
		return { ...draft, nodes, versionId: `written-${++this.count}`, updatedAt: new Date().toISOString() };
	}

	/** As `replaceInvalidCredentials` of n8n 2.40 does. */
	private bound(node: FakeNode): FakeNode {
		if (!node['credentials'] || node.disabled || this.credentials.length === 0) return node;
		const credentials = Object.entries(node['credentials'] as Record<string, { id?: string; name: string }>);
		return {
			...node,
			credentials: Object.fromEntries(
				credentials.map(([type, named]) => {
					const ofType = this.credentials.filter((one) => one.type === type);
					const namesakes = ofType.filter(({ name }) => name === named.name);
					const found =
						ofType.find(({ id }) => id === named.id) ?? (namesakes.length === 1 ? namesakes[0] : undefined);
					return [type, found ? { id: found.id, name: found.name } : named];
				}),
			),
		};
	}

	private find(request: ReceivedRequest): [code: number, body: object] {
		const url = new URL(request.path, this.url);
		const id = /^\/api\/v1\/workflows\/([^/]+)$/.exec(url.pathname)?.[1];
		if (id) {
			const found = this.workflows.find((workflow) => workflow.id === id);
			return found ? [200, { ...found, description: null }] : [404, { message: 'Not Found' }];
		}
		if (url.pathname !== '/api/v1/workflows') return [404, { message: 'not found' }];
		const limit = Math.min(Number(url.searchParams.get('limit') ?? 100), 250);
		const offset = Number(url.searchParams.get('cursor') ?? 0);
		this.beforePage(offset);
		const tag = url.searchParams.get('tags');
		const part = url.searchParams.get('name') ?? '';
		const all = this.workflows
			.filter(({ tags }) => !tag || tags.some(({ name }) => name === tag))
			.filter(({ name }) => name.includes(part))
			.sort((a, b) => (a.id < b.id ? -1 : 1));
		const next = offset + limit;
		return [200, { data: all.slice(offset, next), nextCursor: next < all.length ? String(next) : null }];
	}
}

const DRAFT_KEYS = ['name', 'nodes', 'connections', 'settings'];
/** Taken besides. */
const OPTIONAL_KEYS = ['projectId'];
const READ_ONLY = ['id', 'active', 'tags', 'meta', 'versionId', 'isArchived'];

/** What n8n says of a body that it does not take. */
function refusalOf(draft: Record<string, unknown>, settingsTaken: string[] | null): string | undefined {
	const missing = DRAFT_KEYS.find((key) => draft[key] === undefined);
	if (missing) return `request/body must have required property '${missing}'`;
	const readOnly = Object.keys(draft).find((key) => READ_ONLY.includes(key));
	if (readOnly) return `request/body/${readOnly} is read-only`;
	const isUnknown = Object.keys(draft).some((key) => ![...DRAFT_KEYS, ...OPTIONAL_KEYS].includes(key));
	if (isUnknown) return 'request/body must NOT have additional properties';
	const settings = draft['settings'] as Record<string, unknown>;
	if (settingsTaken && Object.keys(settings).some((key) => !settingsTaken.includes(key)))
		return 'request/body/settings must NOT have additional properties';
	const { timezone: _timezone, errorWorkflow: _errorWorkflow, ...others } = settings;
	return Object.values(others).includes('DEFAULT')
		? 'request/body/settings must be equal to one of the allowed values'
		: undefined;
}

function sendSettings(response: ServerResponse, names: string[] | null): void {
	if (!names) {
		send(response, 404, { message: 'not found' });
		return;
	}
	const properties = names.map((name) => `        ${name}:\n          type: string\n`).join('');
	const yaml = `openapi: 3.0.0\ncomponents:\n  schemas:\n    workflowSettings:\n      type: object\n      properties:\n${properties}    workflow:\n      type: object\n`;
	response.writeHead(200, { 'content-type': 'text/yaml' }).end(yaml);
}

/** Answers with a status, and a `Retry-After` if given. */
export const status =
	(code: number, retryAfter?: string): Mischief =>
	(_request, response) => {
		send(response, code, { message: 'no' }, retryAfter ? { 'retry-after': retryAfter } : {});
		return true;
	};

/** Breaks off in the middle of the answer. */
export const halfAnswer: Mischief = (_request, response) => {
	response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
	response.write('{"data":[{"id":"wf');
	setImmediate(() => response.destroy());
	return true;
};

/** Ends the answer early and says nothing of it. */
export const cutJson: Mischief = (_request, response) => {
	response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"id":"wf');
	return true;
};

export const silence: Mischief = () => true;

function send(response: ServerResponse, code: number, body: object, headers = {}): void {
	response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
