import { NodeHelpers, type IDataObject, type INode } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listOperations } from '../../../nodes/Lma/actions/operationRegister';
import { Lma } from '../../../nodes/Lma/Lma.node';
import { Agent, asTool } from '../../engine/agent';
import { itemSource, outcome, runWorkflow } from '../../engine/engine';
import { openLma, type LmaUnderTest } from './lma';

let lma: LmaUnderTest;
let leadId: number;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});
beforeEach(async () => {
	await lma.owner`delete from leads`;
	const [lead] = await lma.output('lead.create', {
		email: 'ada@example.com',
		firstName: 'Ada',
		lastName: 'L',
	});
	leadId = lead?.id as number;
});

const getLead = {
	resource: 'lead',
	operation: 'get',
	leadId: { __rl: true, mode: 'id', value: "={{ $fromAI('leadId', 'ID or e-mail address of the lead') }}" },
	simplify: true,
};
const createLead = {
	resource: 'lead',
	operation: 'create',
	email: "={{ $fromAI('email') }}",
	firstName: "={{ $fromAI('firstName') }}",
	lastName: "={{ $fromAI('lastName') }}",
	additionalFields: {
		score: "={{ $fromAI('score', 'from 0 to 100', 'number') }}",
		tags: "={{ $fromAI('tags', 'tags of the lead', 'json') }}",
		customFields: "={{ $fromAI('customFields', 'anything else', 'json') }}",
	},
};
const listLeads = {
	resource: 'lead',
	operation: 'getMany',
	returnAll: "={{ $fromAI('all', 'all of them', 'string') }}",
	limit: "={{ $fromAI('limit', 'how many', 'string') }}",
	filters: { unassigned: "={{ $fromAI('unassigned', 'without an owner', 'string') }}" },
};
const ada = {
	email: 'grace@example.com',
	firstName: 'Grace',
	lastName: 'H',
	score: 7,
	tags: ['navy, us'],
	customFields: { rank: 1 },
};

/** What an agent gets that has these tools, call by call. */
async function answers(
	tools: Record<string, object>,
	calls: { tool: string; args?: IDataObject }[],
	credential: IDataObject = { ...lma.credential },
): Promise<IDataObject[]> {
	const node = (name: string, type: string, parameters: object): INode =>
		({ id: name, name, type, typeVersion: 1, position: [0, 0], parameters }) as INode;
	const credentials = { lmaApi: { id: '1', name: 'LMA' } };
	const run = await runWorkflow(
		{
			nodes: [
				node(itemSource, 'test.itemSource', {}),
				node('Agent', Agent.type, {}),
				...Object.entries(tools).map(([name, parameters]) => ({
					...node(name, 'n8n-nodes-lma.lmaTool', { descriptionType: 'auto', ...parameters }),
					credentials,
				})),
			],
			connections: {
				[itemSource]: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
				...Object.fromEntries(
					Object.keys(tools).map((name) => [
						name,
						{ ai_tool: [[{ node: 'Agent', type: 'ai_tool' as const, index: 0 }]] },
					]),
				),
			},
		},
		{
			nodes: { 'n8n-nodes-lma.lmaTool': asTool(new Lma()), [Agent.type]: new Agent() },
			credentials: { lmaApi: credential as never },
			pinData: { [itemSource]: calls.map((json) => ({ json })) },
		},
	);
	const { outputs, error } = outcome(run, 'Agent');
	if (error) throw new Error(`${error.message} ${String(error.description)}`);
	return (outputs[0] ?? []).map(({ json }) => json);
}

test('an agent is told of a tool’s name, what it does and its arguments', async () => {
	const [told] = await answers({ 'Get lead': getLead, 'Create lead': createLead }, [{ tool: '' }]);
	expect(told).toMatchObject({
		tools: expect.arrayContaining([
			{ name: 'Get_lead', description: 'Get a lead in LMA', args: ['leadId'] },
			{
				name: 'Create_lead',
				description: 'Create a lead in LMA',
				args: ['email', 'firstName', 'lastName', 'customFields', 'score', 'tags'],
			},
		]) as unknown,
	});
});

test('what a model gives is converted: ids as text, addresses, lists and objects', async () => {
	const [byId, byAddress, created] = await answers({ 'Get lead': getLead, 'Create lead': createLead }, [
		{ tool: 'Get_lead', args: { leadId: String(leadId) } },
		{ tool: 'Get_lead', args: { leadId: 'Ada@Example.com' } },
		{ tool: 'Create_lead', args: ada },
	]);
	expect(byId).toMatchObject({ answer: [{ id: leadId, email: 'ada@example.com' }] });
	expect(byAddress).toMatchObject({ answer: [{ id: leadId }] });
	expect(created).toMatchObject({
		answer: [{ email: ada.email, score: 7, tags: ['navy, us'], customFields: { rank: 1 } }],
	});
	expect(await lma.owner`select from leads`).toHaveLength(2);
});

test('truth and numbers written as text mean what they say', async () => {
	const [some] = await answers({ 'List leads': listLeads }, [
		{ tool: 'List_leads', args: { all: 'false', limit: '5', unassigned: 'true' } },
	]);
	expect(some).toMatchObject({ answer: [{ id: leadId }] });
});

test('a wrong argument comes back as the field and the remedy, and nothing is written', async () => {
	const [wrong, unknown] = await answers({ 'Get lead': getLead, 'Create lead': createLead }, [
		{ tool: 'Create_lead', args: { ...ada, score: 140 } },
		{ tool: 'Get_lead', args: { leadId: '2000000000' } },
	]);
	expect(wrong?.error).toMatch(/score must be from 0 to 100: 140[\s\S]*The largest is 100\./);
	expect(unknown?.error).toMatch(/Lead 2000000000 not found[\s\S]*organization of the credential/);
	expect(await lma.owner`select from leads`).toHaveLength(1);
});

test('with a read-only credential an agent can look, and is told why it cannot act', async () => {
	const [seen, refused] = await answers(
		{ 'Get lead': getLead, 'Create lead': createLead },
		[
			{ tool: 'Get_lead', args: { leadId: String(leadId) } },
			{ tool: 'Create_lead', args: ada },
		],
		{ ...lma.credential, readOnly: true },
	);
	expect(seen).toMatchObject({ answer: [{ id: leadId }] });
	expect(refused?.error).toMatch(
		/lead\.create changes data, and the LMA credential is read-only[\s\S]*Get Many/,
	);
	expect(await lma.owner`select from leads`).toHaveLength(1);
});

test('the tool for each operation says what it does, and no two say the same', () => {
	const tool = asTool(new Lma());
	const described = listOperations().map(({ resource, name }) => {
		const parameters = { descriptionType: 'auto', resource, operation: name };
		return NodeHelpers.getToolDescriptionForNode({ parameters, name: 'LMA' } as unknown as INode, tool);
	});
	expect(described.filter((description) => !/^[A-Z][a-z]+( [\w’8-]+)+ in LMA$/.test(description))).toEqual(
		[],
	);
	expect(new Set(described).size).toBe(described.length);
});
