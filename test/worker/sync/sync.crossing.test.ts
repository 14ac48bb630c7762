import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { intakeTemplate, SyncWorld } from '../support/syncWorld';

let world: SyncWorld;

beforeAll(async () => {
	world = await SyncWorld.create();
});
afterAll(() => world.destroy());
beforeEach(async () => {
	await world.begin();
	world.n8n.credentials = [
		{ id: 'cred-acme', name: 'LMA', type: 'lmaApi' },
		{ id: 'cred-beta', name: 'LMA beta', type: 'lmaApi' },
		{ id: 'mail-acme', name: 'Mail', type: 'smtp' },
	];
});
afterEach(() => world.end());

const named = (name: string, id?: string) => ({ lmaApi: { ...(id && { id }), name } });
const bound = (position = 0) => world.n8n.workflows[position]?.nodes[1]?.['credentials'];

describe('the LMA credential of a template', () => {
	it.each([
		['by its name alone', named('LMA')],
		['as older exports have it', { lmaApi: 'LMA' }],
		['with the id that it has elsewhere', named('LMA', 'of-another-n8n')],
		['with its id in this n8n, which is not mapped', named('LMA', 'cred-acme')],
	])(
		'%s, not mapped: a draft without it, not published, and the slot and the remedy are named',
		async (_title, credentials) => {
			const integrationId = await world.connect();
			const { id } = await world.register({ template: intakeTemplate({ credentials }), isActive: true });
			await world.sync(integrationId);
			expect(world.n8n.workflows).toMatchObject([{ active: false }]);
			expect(bound()).toBeUndefined();
			expect(await world.row(id)).toMatchObject({
				state: 'failed',
				isActive: false,
				problem: expect.stringMatching(
					/not mapped to this organization in n8n: "LMA" \(node "LMA"\).*lma org connect n8n .* --credential "LMA=<id>"/,
				) as string,
			});
			// Once it is mapped, it is bound and published, without the wait of the failure.
			await world.connect({ credentials: { LMA: 'cred-acme' } });
			await world.sync(integrationId);
			expect(bound()).toEqual({ lmaApi: { id: 'cred-acme', name: 'LMA' } });
			expect(world.n8n.workflows).toMatchObject([{ active: true }]);
			expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
		},
	);

	it('is the mapped one, whatever other credential has its name', async () => {
		const integrationId = await world.connect({ credentials: { LMA: 'cred-beta' } }, world.beta);
		const template = intakeTemplate({ credentials: named('LMA') });
		const { id } = await world.register({ template, isActive: true }, world.beta);
		await world.sync(integrationId);
		expect(bound()).toEqual({ lmaApi: { id: 'cred-beta', name: 'LMA beta' } });
		expect(await world.row(id, world.beta)).toMatchObject({ state: 'inStep' });
	});

	it('that is mapped and gone from n8n is not replaced by one of its name, nor published', async () => {
		const integrationId = await world.connect({ credentials: { LMA: 'deleted' } });
		const { id } = await world.register({ template: intakeTemplate({ credentials: named('LMA') }) });
		await world.sync(integrationId);
		expect(bound()).toMatchObject({ lmaApi: { id: 'deleted' } });
		expect((await world.row(id)).isActive).toBe(false);
	});

	it('stays as it was published, when a new template names one that is not mapped', async () => {
		const integrationId = await world.connect({ credentials: { LMA: 'cred-acme' } });
		const { id } = await world.register({
			template: intakeTemplate({ credentials: named('LMA') }),
			isActive: true,
		});
		await world.sync(integrationId);
		await world.register({ template: intakeTemplate({ path: 'new', credentials: named('LMA beta') }) });
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([
			{ active: true, nodes: [{ parameters: { path: 'intake' } }, {}] },
		]);
		expect(await world.row(id)).toMatchObject({
			state: 'failed',
			problem: expect.stringContaining('"LMA beta"') as string,
		});
	});
});

describe('a credential that somebody exchanges in n8n', () => {
	const exchange = (id: string) => {
		const [workflow] = world.n8n.workflows;
		const nodes = workflow!.nodes.map((node) => ({
			...node,
			...(node['credentials'] ? { credentials: { lmaApi: { id, name: 'x' } } } : {}),
		}));
		world.n8n.edit(workflow!, { nodes });
		return workflow!;
	};
	const published = async () => {
		const integrationId = await world.connect({ credentials: { LMA: 'cred-acme' } });
		const template = intakeTemplate({ credentials: named('LMA') });
		const { id } = await world.register({ template, isActive: true });
		await world.sync(integrationId);
		return { id, integrationId };
	};

	it('in the draft: a problem on the row, and what runs goes on', async () => {
		const { id, integrationId } = await published();
		exchange('cred-beta');
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ active: true }]);
		expect(await world.row(id)).toMatchObject({
			state: 'failed',
			problem: expect.stringMatching(
				/Node "LMA" uses the credential "x" \(id cred-beta\) of n8n, which is of another organization or unknown/,
			) as string,
		});
	});

	it('and publishes: it is unpublished, says so, and is published again once the credential is right', async () => {
		const { id, integrationId } = await published();
		world.n8n.publish(exchange('cred-beta'));
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ active: false }]);
		expect(await world.row(id)).toMatchObject({
			state: 'failed',
			problem: expect.stringContaining('It was unpublished.') as string,
		});
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ active: false }]);
		exchange('cred-acme');
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ active: true }]);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	});

	it('in a workflow that was only found there: a problem on its row, and Set Active does not publish it', async () => {
		const integrationId = await world.connect({ credentials: { LMA: 'cred-acme' } });
		const nodes = [
			{
				id: 'a',
				name: 'LMA',
				type: 'n8n-nodes-lma.lmaTool',
				parameters: {},
				credentials: named('LMA beta', 'cred-beta'),
			},
		];
		world.n8n.add(1, { nodes, active: false, activeVersionId: null });
		await world.sync(integrationId);
		const [{ id } = { id: 0 }] = await world.world.sql<{ id: number }[]>`select id from workflows`;
		expect(await world.row(id)).toMatchObject({
			state: 'followed',
			problem: expect.stringContaining('cred-beta') as string,
		});
		await world.setActive(id, true);
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ active: false }]);
		expect(await world.row(id)).toMatchObject({
			state: 'failed',
			problem: expect.stringContaining('It was not published.') as string,
		});
		// Of another n8n of one organization alone, where nothing is mapped, nothing is said as long as nothing is wanted.
	});
});

describe('credentials of other types', () => {
	const withMail = (mail: object) => {
		const template = intakeTemplate();
		return {
			...template,
			nodes: [
				...template.nodes,
				{ name: 'Mail', type: 'n8n-nodes-base.emailSend', position: [400, 0], credentials: { smtp: mail } },
			],
		};
	};
	const mailIn = () => world.n8n.workflows[0]?.nodes[2]?.['credentials'];

	it('are taken by their id, and by a mapping, but not by a name', async () => {
		const integrationId = await world.connect();
		const { id } = await world.register({ template: withMail({ name: 'Mail' }), isActive: true });
		await world.sync(integrationId);
		expect(mailIn()).toBeUndefined();
		expect((await world.row(id)).problem).toContain('"smtp:Mail"');
		await world.connect({ credentials: { 'smtp:Mail': 'mail-acme' } });
		await world.sync(integrationId);
		expect(mailIn()).toEqual({ smtp: { id: 'mail-acme', name: 'Mail' } });
		expect(await world.row(id)).toMatchObject({ state: 'inStep', isActive: true });
	});

	it('that n8n took by their name for another id: not published, and the row says so', async () => {
		const integrationId = await world.connect();
		const template = withMail({ id: 'of-another-n8n', name: 'Mail' });
		const { id } = await world.register({ template, isActive: true });
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ active: false }]);
		expect(await world.row(id)).toMatchObject({
			state: 'failed',
			problem: expect.stringContaining(
				'node "Mail" has another credential of type smtp than the one with the id of-another-n8n',
			) as string,
		});
	});

	it('have to be mapped where organizations share an n8n', async () => {
		await world.connect({ tag: 'acme', credentials: { 'smtp:Mail': 'mail-acme' } });
		const beta = await world.connect({ tag: 'beta' }, world.beta);
		const template = withMail({ id: 'mail-acme', name: 'Mail' });
		const { id } = await world.register({ template, isActive: true }, world.beta);
		await world.sync(beta);
		expect(mailIn()).toBeUndefined();
		expect(await world.row(id, world.beta)).toMatchObject({ state: 'failed', isActive: false });
	});
});

describe('an n8n that two organizations share', () => {
	let acme: number;
	let beta: number;
	beforeEach(async () => {
		acme = await world.connect({ tag: 'acme', credentials: { LMA: 'cred-acme' } });
		beta = await world.connect({ tag: 'beta', credentials: { LMA: 'cred-beta' } }, world.beta);
	});
	const registered = async (slug: 'acme' | 'beta', template: object, name = slug as string) => {
		const { id } = await world.register({ name, template, isActive: true }, world[slug]);
		await world.sync(slug === 'acme' ? acme : beta);
		return id;
	};
	const namesOf = async (slug: 'acme' | 'beta') =>
		(
			await world.world.sql<{ name: string }[]>`
				select name from workflows where organization_id = ${world[slug].organizationId} order by name`
		).map(({ name }) => name);
	/** A template with one more node, that calls another workflow. */
	const calling = (workflowId: unknown, type = 'n8n-nodes-base.executeWorkflow') => {
		const template = intakeTemplate({ path: 'calls' });
		return {
			...template,
			nodes: [...template.nodes, { name: 'Call', type, position: [400, 0], parameters: { workflowId } }],
		};
	};

	it('tags: neither sees the names of the other, also when one looks for what it has lost', async () => {
		world.n8n.add(1, { name: 'Of acme', tags: [{ id: 't1', name: 'acme' }] });
		world.n8n.add(1, { name: 'Of beta', tags: [{ id: 't2', name: 'beta' }] });
		world.n8n.add(1, { name: 'Of nobody' });
		await world.sync(acme);
		expect(await namesOf('acme')).toEqual(['Of acme']);
		// An answer is lost: now every workflow is looked at.
		world.n8n.afterWrite = ({ method }, response) => {
			if (method === 'POST') response.destroy();
			return method === 'POST';
		};
		await registered('beta', intakeTemplate(), 'Lost');
		world.n8n.afterWrite = () => false;
		await world.sync(beta);
		expect(await namesOf('beta')).toEqual(['Lost', 'Of beta']);
	});

	it('tags: a workflow that is followed and loses the tag is out of sight', async () => {
		const [workflow] = world.n8n.add(1, { name: 'Moves', tags: [{ id: 't1', name: 'acme' }] });
		await world.sync(acme);
		workflow!.tags = [{ id: 't2', name: 'beta' }];
		workflow!.name = 'Of beta now';
		await world.sync(acme);
		await world.sync(beta);
		expect(await namesOf('acme')).toEqual(['Moves']);
		expect(await namesOf('beta')).toEqual(['Of beta now']);
		const [row] = await world.world.sql`
			select s.missing_since from workflows w join workflow_sync_states s on s.workflow_id = w.id where w.name = 'Moves'`;
		expect(row?.['missingSince']).not.toBeNull();
	});

	it('registered workflows are nobody else’s to follow, whatever tag they are given', async () => {
		await registered('acme', intakeTemplate(), 'Mine');
		world.n8n.workflows[0]!.tags = [{ id: 't2', name: 'beta' }];
		await world.sync(beta);
		expect(await namesOf('beta')).toEqual([]);
	});

	it.each([
		['a sub-workflow', (id: string) => calling({ __rl: true, mode: 'id', value: id })],
		['a sub-workflow by plain id', (id: string) => calling(id)],
		['a tool of an agent', (id: string) => calling({ value: id }, '@n8n/n8n-nodes-langchain.toolWorkflow')],
		['a sub-workflow that an expression names', () => calling('={{ $json.id }}')],
		['one that nobody knows', () => calling('unknown')],
	])('%s of another organization is not published', async (_title, template) => {
		await registered('acme', intakeTemplate(), 'Callee');
		const id = await registered('beta', template('made0001'), 'Caller');
		expect(world.n8n.workflows[1]).toMatchObject({ active: false });
		expect(await world.row(id, world.beta)).toMatchObject({
			state: 'failed',
			problem: expect.stringMatching(
				/node "Call" it names the workflow .* of another organization or unknown/,
			) as string,
		});
	});

	describe('a sub-workflow that is written out', () => {
		const inner = (credentialId: string) => ({
			nodes: [
				{
					name: 'Inner',
					type: 'n8n-nodes-lma.lma',
					position: [0, 0],
					parameters: {},
					credentials: named('LMA', credentialId),
				},
			],
			connections: {},
		});
		const running = (parameters: object, type = 'n8n-nodes-base.executeWorkflow') => {
			const template = intakeTemplate({ path: 'runs' });
			return {
				...template,
				nodes: [...template.nodes, { name: 'Call', type, position: [400, 0], parameters }],
			};
		};
		const written = (version: unknown) => ({ source: 'parameter', workflowJson: JSON.stringify(version) });
		const ofAcme = written(inner('cred-acme'));
		const call = { name: 'Deeper', type: 'n8n-nodes-base.executeWorkflow', parameters: ofAcme };

		it.each([
			['with the credential of another organization', ofAcme, /Node "Call\/Inner" .*cred-acme/],
			['in one that is written out', written({ nodes: [call] }), /Node "Call\/Deeper\/Inner" .*cred-acme/],
			[
				'whose errors go to an unknown workflow',
				written({ nodes: [], settings: { errorWorkflow: 'unknown' } }),
				/In node "Call", there in the setting errorWorkflow it names the workflow unknown/,
			],
			['by an expression', { source: 'parameter', workflowJson: '={{ $json.it }}' }, /by an expression/],
			['badly', { source: 'parameter', workflowJson: '{"nodes":' }, /in JSON that cannot be read/],
			['in a file', { source: 'localFile', workflowPath: '/tmp/it.json' }, /in a file/],
			['behind a URL', { source: 'url', workflowUrl: 'https://example.com/it.json' }, /behind a URL/],
			['where an expression says', { source: '={{ $json.source }}' }, /by an expression/],
		])('%s: is not published', async (_title, parameters, problem) => {
			const id = await registered('beta', running(parameters));
			expect(world.n8n.workflows.some(({ active }) => active)).toBe(false);
			expect(await world.row(id, world.beta)).toMatchObject({
				state: 'failed',
				problem: expect.stringMatching(problem) as string,
			});
		});

		it.each(['toolWorkflow', 'retrieverWorkflow'])('in the node %s: is not published', async (type) => {
			const id = await registered('beta', running(ofAcme, `@n8n/n8n-nodes-langchain.${type}`));
			expect((await world.row(id, world.beta)).problem).toContain('cred-acme');
			expect(world.n8n.workflows.some(({ active }) => active)).toBe(false);
		});

		it('with one’s own credential may be run', async () => {
			const id = await registered('beta', running(written(inner('cred-beta'))));
			expect(await world.row(id, world.beta)).toMatchObject({ state: 'inStep', isActive: true });
		});
	});

	it('a sub-workflow of one’s own may be called', async () => {
		await registered('beta', intakeTemplate(), 'Callee');
		const id = await registered('beta', calling('made0001'), 'Caller');
		expect(await world.row(id, world.beta)).toMatchObject({ state: 'inStep', isActive: true });
	});

	it('an error workflow of another organization is left out, and one that is set by hand is a problem', async () => {
		await registered('acme', intakeTemplate(), 'Catcher');
		const id = await registered(
			'beta',
			intakeTemplate({ path: 'b', settings: { errorWorkflow: 'made0001' } }),
		);
		const [, workflow] = world.n8n.workflows;
		expect(workflow?.settings).not.toHaveProperty('errorWorkflow');
		expect((await world.row(id, world.beta)).problem).toContain('errorWorkflow was left out');
		world.n8n.edit(workflow!, { settings: { errorWorkflow: 'made0001' } });
		await world.sync(beta);
		expect(workflow?.active).toBe(false);
		expect((await world.row(id, world.beta)).problem).toContain(
			'In the setting errorWorkflow it names the workflow made0001',
		);
	});

	it('the path of a webhook of another organization is not taken, also while nobody listens there', async () => {
		await registered('acme', intakeTemplate({ path: '/website-lead/' }), 'First');
		world.n8n.publish(world.n8n.workflows[0]!, false);
		const id = await registered('beta', intakeTemplate({ path: 'website-lead' }), 'Second');
		expect(world.n8n.workflows[1]).toMatchObject({ active: false });
		expect(await world.row(id, world.beta)).toMatchObject({
			state: 'failed',
			problem: expect.stringContaining(
				'The path "website-lead" of its webhook is that of a workflow of another',
			) as string,
		});
	});

	it('whoever was refused a path does not keep those from it who have it', async () => {
		const first = await registered('acme', intakeTemplate(), 'First');
		const second = await registered('beta', intakeTemplate(), 'Second');
		expect((await world.row(second, world.beta)).problem).toContain('The path "intake" of its webhook');
		const { nodes, ...rest } = intakeTemplate();
		const changed = nodes.map((node) => ({ ...node, notes: 'Newer' }));
		await registered('acme', { ...rest, nodes: changed }, 'First');
		expect(await world.row(first)).toMatchObject({ state: 'inStep', problem: null });
		expect(world.n8n.workflows[0]).toMatchObject({ active: true, nodes: [{ notes: 'Newer' }, {}] });
	});

	describe('the path of another organization', () => {
		const listening = (type: string, parameters: object) => {
			const { connections, nodes, settings } = intakeTemplate();
			return {
				connections,
				settings,
				nodes: nodes.map((node) => (node.name === 'Hook' ? { ...node, type, parameters } : node)),
			};
		};
		const form = listening('n8n-nodes-base.formTrigger', { options: { path: '/ask-us/' } });
		const server = listening('@n8n/n8n-nodes-langchain.mcpTrigger', { path: 'ask-us' });

		it.each([
			['of a form is not taken by a form', form, form],
			['of a form is not taken by a webhook', form, intakeTemplate({ path: 'ask-us' })],
			['of a webhook is not taken by a form', intakeTemplate({ path: 'ask-us' }), form],
			['of an MCP server is not taken by another', server, server],
		])('%s', async (_title, theirs, own) => {
			await registered('acme', theirs, 'First');
			world.n8n.publish(world.n8n.workflows[0]!, false);
			const id = await registered('beta', own, 'Second');
			expect(world.n8n.workflows[1]).toMatchObject({ active: false });
			expect(await world.row(id, world.beta)).toMatchObject({
				state: 'failed',
				problem: expect.stringContaining('The path "ask-us" of its webhook') as string,
			});
		});

		it('in another node, which nobody calls, may be had', async () => {
			await registered('acme', form, 'First');
			const id = await registered('beta', listening('n8n-nodes-base.set', { path: 'ask-us' }), 'Second');
			expect(await world.row(id, world.beta)).toMatchObject({ state: 'inStep', isActive: true });
		});
	});

	it('data tables are refused without a project of one’s own, and new workflows are made in it', async () => {
		const template = intakeTemplate();
		const nodes = [
			...template.nodes,
			{ name: 'Table', type: 'n8n-nodes-base.dataTable', position: [400, 0] },
		];
		const id = await registered('beta', { ...template, nodes });
		expect((await world.row(id, world.beta)).problem).toContain('Node "Table" uses data tables');
		await world.connect({ projectId: 'project-of-beta', credentials: { LMA: 'cred-beta' } }, world.beta);
		await world.sync(beta);
		expect(await world.row(id, world.beta)).toMatchObject({ state: 'inStep', isActive: true });
		await registered('beta', intakeTemplate({ path: 'other' }), 'Other');
		const bodies = world.n8n.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);
		expect(bodies.some((body) => body.includes('"projectId":"project-of-beta"'))).toBe(true);
		expect(world.n8n.requests.some(({ path }) => path.includes('projectId=project-of-beta'))).toBe(true);
	});

	it('data tables are refused in a project that another organization has, too', async () => {
		const projectId = 'project-of-both';
		await world.connect({ projectId });
		await world.connect({ projectId }, world.beta);
		const template = intakeTemplate();
		const table = { name: 'Table', type: 'n8n-nodes-base.dataTableTool', position: [400, 0] };
		const id = await registered('beta', { ...template, nodes: [...template.nodes, table] });
		expect(await world.row(id, world.beta)).toMatchObject({
			isActive: false,
			problem: expect.stringContaining('Node "Table" uses data tables') as string,
		});
	});

	it.each([
		['a webhook', 'n8n-nodes-base.webhook', { path: '={{ "web" + "site-lead" }}' }],
		['a form', 'n8n-nodes-base.formTrigger', { options: { path: '=website-lead' } }],
		['an MCP server', '@n8n/n8n-nodes-langchain.mcpTrigger', { path: '={{ $vars.path }}' }],
	])(
		'the path of %s by an expression could be anybody’s, and is not published',
		async (_title, type, parameters) => {
			const template = intakeTemplate();
			const nodes = template.nodes.map((node) =>
				node.name === 'Hook' ? { ...node, type, parameters } : node,
			);
			const id = await registered('beta', { ...template, nodes });
			expect(world.n8n.workflows).toMatchObject([{ active: false }]);
			expect(await world.row(id, world.beta)).toMatchObject({
				state: 'failed',
				problem: expect.stringContaining('Node "Hook" has its path by an expression') as string,
			});
		},
	);

	it('a path that somebody replaces by an expression ends what runs', async () => {
		const id = await registered('beta', intakeTemplate());
		const [workflow] = world.n8n.workflows;
		const nodes = workflow!.nodes.map((node) => ({ ...node, parameters: { path: '={{ $vars.path }}' } }));
		world.n8n.edit(workflow!, { nodes });
		world.n8n.publish(workflow!);
		await world.sync(beta);
		expect(workflow!.active).toBe(false);
		expect((await world.row(id, world.beta)).problem).toContain('has its path by an expression');
	});

	it.each([
		['n8n-nodes-base.messageAnAgent', {}, 'talks to an agent of n8n'],
		['n8n-nodes-base.messageAnAgentTool', {}, 'talks to an agent of n8n'],
		['n8n-nodes-base.evaluationTrigger', { source: 'dataTable' }, 'uses data tables'],
		[
			'n8n-nodes-base.evaluation',
			{ source: '={{ "dataTable" }}', operation: 'setOutputs' },
			'uses data tables',
		],
		['n8n-nodes-base.executeWorkflowTool', { workflowId: 'unknown' }, 'it names the workflow unknown'],
	])('the node %s with %j is not published', async (type, parameters, problem) => {
		const template = intakeTemplate();
		const more = { name: 'More', type, parameters, position: [400, 0] };
		const id = await registered('beta', { ...template, nodes: [...template.nodes, more] });
		expect(await world.row(id, world.beta)).toMatchObject({
			isActive: false,
			problem: expect.stringContaining(problem) as string,
		});
	});

	it.each([
		['n8n-nodes-base.evaluationTrigger', 4.6, {}],
		['n8n-nodes-base.evaluation', 4.8, { operation: 'checkIfEvaluating' }],
		['n8n-nodes-base.evaluation', 4.8, { source: 'googleSheets' }],
	])('the node %s %s with %j uses no table, and is published', async (type, typeVersion, parameters) => {
		const template = intakeTemplate();
		const more = { name: 'More', type, typeVersion, parameters, position: [400, 0] };
		const id = await registered('beta', { ...template, nodes: [...template.nodes, more] });
		expect(await world.row(id, world.beta)).toMatchObject({ state: 'inStep', isActive: true });
	});
});
