import type { ServerResponse } from 'node:http';
import { startHttpSink, type HttpSink, type ReceivedRequest } from './httpSink';

export interface FakeWorkflow {
	id: string;
	name: string;
	active: boolean;
	isArchived: boolean;
	versionId: string;
	activeVersionId: string | null;
	updatedAt: string;
	createdAt: string;
	nodes: { id: string; name: string; type: string; disabled?: boolean; parameters: object }[];
	connections: object;
	settings: object;
	tags: { id: string; name: string }[];
}

/** Returns true when it has answered itself. */
export type Mischief = (request: ReceivedRequest, response: ServerResponse) => boolean;

/** n8n's public API for reading workflows, as far as a scan uses it, on a real port. */
export class FakeN8n {
	readonly apiKey = 'n8n-api-key-for-tests';
	workflows: FakeWorkflow[] = [];
	/** One per request, in order; when used up, requests are answered properly. */
	mischief: Mischief[] = [];
	/** Called before a page is read; the place to shift pages. */
	beforePage: (offset: number) => void = () => undefined;

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
		if (this.mischief.shift()?.(request, response)) return;
		const [code, body] =
			request.headers['x-n8n-api-key'] === this.apiKey
				? this.find(request)
				: [401, { message: 'unauthorized' }];
		send(response, code, body);
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
		const all = this.workflows
			.filter(({ tags }) => !tag || tags.some(({ name }) => name === tag))
			.sort((a, b) => (a.id < b.id ? -1 : 1));
		const next = offset + limit;
		return [200, { data: all.slice(offset, next), nextCursor: next < all.length ? String(next) : null }];
	}
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
