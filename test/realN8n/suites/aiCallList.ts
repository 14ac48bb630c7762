import { afterAll, beforeAll, expect, test } from 'vitest';

import { addWorkflow } from '../../../cli/n8n/provision';
import { logCommunications } from '../../../db/communication/write';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { type ChatReply, type ChatRequest, type FakeModel, startFakeModel } from '../fakeModel';
import { template } from '../templates';
import { until } from '../../setup/until';
import type { Tenant, World } from '../world';

/** The model is made up; the agent, its tools, the answers of the database and the chat are n8n's and ours. */
export function aiCallList(getWorld: () => World): void {
	let tenant: Tenant;
	let model: FakeModel;

	beforeAll(async () => {
		const { api } = getWorld().n8n;
		tenant = await getWorld().addTenant('calls');
		await inOrganization(tenant.tenantSql, tenant.slug, async (tx) => {
			const leads = await createLeads(tx, [
				{ email: 'cold@calls.test', firstName: 'Carl', lastName: 'Cold', score: 10 },
				{ email: 'warm@calls.test', firstName: 'Wanda', lastName: 'Warm', score: 55 },
				{
					email: 'hot@calls.test',
					firstName: 'Hedy',
					lastName: 'Hot',
					company: 'Spark Ltd',
					phone: '+31 555 0199',
					score: 95,
				},
			]);
			const leadId = leads[2]?.row?.id ?? 0;
			await logCommunications(tx, [
				{ leadId, communicationType: 'call', direction: 'inbound', subject: 'Wants to sign this week' },
			]);
		});
		model = await startFakeModel(salesModel);
		const openAi = await api.credentials.save({
			name: 'OpenAI calls',
			type: 'openAiApi',
			data: { apiKey: 'sk-none', url: model.url, header: false },
		});
		await addWorkflow(api, template('ai-call-list'), tenant.n8nCredential, openAi);
	});

	afterAll(() => (model as FakeModel | undefined)?.stop());

	const ask = (headers: Record<string, string>) =>
		fetch(`${getWorld().n8n.url}/webhook/8d1e7c34-0a51-4f5a-9a6d-6c1f0b7de201/chat`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body: JSON.stringify({
				action: 'sendMessage',
				sessionId: 'session-1',
				chatInput: 'Who should I call today?',
			}),
		});

	test('nobody who is not logged in may ask', async () => {
		const answer = await until('the chat is there', async () => {
			const response = await ask({});
			return response.status !== 404 && response;
		});
		expect(answer.status).toBe(401);
		expect(model.requests).toEqual([]);
	});

	test('the agent asks the tools and answers with the lead that the database has', async () => {
		const response = await ask({ cookie: await logInCookie(getWorld()) });
		expect(await response.json()).toMatchObject({
			output: 'Call Hedy Hot of Spark Ltd, +31 555 0199: Wants to sign this week.',
		});
	});

	test('the model sees tools with a description and typed, described arguments', () => {
		const tools = model.requests[0]?.tools
			.map(({ function: { name, description, parameters } }) => ({
				name,
				description,
				arguments: parameters.properties,
			}))
			.sort((a, b) => a.name.localeCompare(b.name));
		const leadId = { type: 'number', description: expect.stringContaining('Id of the lead') as string };
		expect(tools).toEqual([
			{
				name: 'Find_leads',
				description: expect.stringContaining('Lists open leads') as string,
				arguments: { limit: expect.anything() as unknown, minScore: expect.anything() as unknown },
			},
			{ name: 'Get_lead', description: expect.any(String) as string, arguments: { leadId } },
			{ name: 'Read_timeline', description: expect.any(String) as string, arguments: { leadId } },
		]);
	});

	test('a lead that does not exist is said to the model in words, not a broken run', () => {
		const answers = model.requests.at(-1)?.messages.filter(({ role }) => role === 'tool') ?? [];
		expect(answers).toHaveLength(4);
		expect(answers[1]?.content).toMatch(/Lead 999999 not found/);
	});
}

/** Lists leads, asks for one that is not there, then for the best and its history, and says what it has read. */
function salesModel({ messages }: ChatRequest): ChatReply {
	const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => content ?? '');
	const [list = '[]', , lead = '[]', timeline = ''] = results;
	const best = firstRow(list);
	if (results.length === 0) return { tool: 'Find_leads', arguments: { limit: 5, minScore: 40 } };
	if (results.length === 1) return { tool: 'Get_lead', arguments: { leadId: 999_999 } };
	if (results.length === 2) return { tool: 'Get_lead', arguments: { leadId: best['id'] } };
	if (results.length === 3) return { tool: 'Read_timeline', arguments: { leadId: best['id'] } };
	const { firstName, lastName, company, phone } = firstRow(lead);
	const [said] = /Wants to [a-z ]+/.exec(timeline) ?? ['nothing is known'];
	return {
		text: `Call ${[firstName, lastName].join(' ')} of ${String(company)}, ${String(phone)}: ${said}.`,
	};
}

/** What a tool of n8n answers: JSON of the items' fields. */
function firstRow(text: string): Record<string, unknown> {
	const [row] = JSON.parse(text) as Record<string, unknown>[];
	return row ?? {};
}

async function logInCookie({ n8n: { url, owner } }: World): Promise<string> {
	const response = await fetch(`${url}/rest/login`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ emailOrLdapLoginId: owner.email, password: owner.password }),
	});
	return response.headers
		.getSetCookie()
		.map((line) => line.split(';', 1)[0])
		.join('; ');
}
