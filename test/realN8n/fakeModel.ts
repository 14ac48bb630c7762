import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

/** A message of a chat, as OpenAI's API has it. */
export interface ChatMessage {
	role: string;
	content: string | null;
	tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
}

/** What n8n asks the model. */
export interface ChatRequest {
	messages: ChatMessage[];
	tools: {
		function: { name: string; description: string; parameters: { properties: Record<string, unknown> } };
	}[];
	stream?: boolean;
}

/** What the model says: a text, or a tool to call. */
export type ChatReply = { text: string } | { tool: string; arguments: Record<string, unknown> };

/** A model on the loopback address that speaks OpenAI's chat API. */
export interface FakeModel {
	/** With `/v1` at the end, for n8n's credential. */
	url: string;
	/** Everything it was asked, in order. */
	requests: ChatRequest[];
	stop(): Promise<void>;
}

/** Starts a model whose words `reply` chooses. */
export async function startFakeModel(reply: (request: ChatRequest) => ChatReply): Promise<FakeModel> {
	const requests: ChatRequest[] = [];
	const server = createServer((request, response) => {
		answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
	});

	async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const request = (await json(incoming)) as ChatRequest;
		requests.push(request);
		const { message, reason } = toMessage(reply(request), requests.length);
		const frame = { id: `chat-${requests.length}`, created: 0, model: 'fake' };
		if (!request.stream) {
			const choices = [{ index: 0, message, finish_reason: reason }];
			const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ ...frame, object: 'chat.completion', choices, usage }));
			return;
		}
		const calls = message.tool_calls?.map((call, index) => ({ ...call, index }));
		const deltas = [
			{ delta: { ...message, ...(calls && { tool_calls: calls }) }, finish_reason: null },
			{ delta: {}, finish_reason: reason },
		];
		response.setHeader('content-type', 'text/event-stream');
		for (const delta of deltas) {
			const chunk = { ...frame, object: 'chat.completion.chunk', choices: [{ index: 0, ...delta }] };
			response.write(`data: ${JSON.stringify(chunk)}\n\n`);
		}
		response.end('data: [DONE]\n\n');
	}

	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return {
		url: `http://127.0.0.1:${port}/v1`,
		requests,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function toMessage(reply: ChatReply, n: number): { message: ChatMessage; reason: string } {
	if ('text' in reply) return { message: { role: 'assistant', content: reply.text }, reason: 'stop' };
	const call = { name: reply.tool, arguments: JSON.stringify(reply.arguments) };
	return {
		message: {
			role: 'assistant',
			content: null,
			tool_calls: [{ id: `call-${n}`, type: 'function', function: call }],
		},
		reason: 'tool_calls',
	};
}
