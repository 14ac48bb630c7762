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

	private answer(request: ReceivedRequest, response: ServerResponse): void {
		if (this.mischief.shift()?.(request, response) || this.trap(request, response)) return;
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
		const refusal = call ? undefined : refusalOf(draft);
		if (refusal) return [400, { message: refusal }];
		if (method === 'POST' && !id) return [200, this.made(draft)];
		if (!found) return [405, { message: 'not allowed' }];
		if (found.isArchived) return [400, { message: 'Cannot change an archived workflow.' }];
		if (method === 'PUT')
			Object.assign(found, this.next(draft), found.active && { activeVersionId: found.versionId });
		else if (call === 'publish') Object.assign(found, { active: true, activeVersionId: found.versionId });
		else if (call === 'unpublish') Object.assign(found, { active: false, activeVersionId: null });
		else return [404, { message: 'not found' }];
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
		return { ...draft, versionId: `written-${++this.count}`, updatedAt: new Date().toISOString() };
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
const READ_ONLY = ['id', 'active', 'tags', 'meta', 'versionId', 'isArchived'];

/** What n8n says of a body that it does not take. */
function refusalOf(draft: Record<string, unknown>): string | undefined {
	const missing = DRAFT_KEYS.find((key) => draft[key] === undefined);
	if (missing) return `request/body must have required property '${missing}'`;
	const readOnly = Object.keys(draft).find((key) => READ_ONLY.includes(key));
	if (readOnly) return `request/body/${readOnly} is read-only`;
	const isUnknown = Object.keys(draft).some((key) => !DRAFT_KEYS.includes(key));
	if (isUnknown) return 'request/body must NOT have additional properties';
	return JSON.stringify(draft['settings']).includes('"DEFAULT"')
		? 'request/body/settings must be equal to one of the allowed values'
		: undefined;
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
