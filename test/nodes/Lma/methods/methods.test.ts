import { LoadOptionsContext } from 'n8n-core';
import { Workflow, type INode, type INodeParameters } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Lma } from '../../../../nodes/Lma/Lma.node';
import { additionalData } from '../../../engine/engine';
import { NodeTypes } from '../../../engine/nodeTypes';
import { type CredentialFields, type LmaUnderTest, openLma } from '../lma';

const type = 'n8n-nodes-lma.lma';
const { methods } = new Lma();
let lma: LmaUnderTest;

beforeAll(async () => {
	lma = await openLma();
	const leads = Array.from({ length: 120 }, (_, n) => ({ email: `lead${String(n)}@example.com` }));
	await lma.output(
		'lead.create',
		{ email: '={{ $json.email }}', firstName: 'Ada', lastName: 'Lovelace' },
		leads,
	);
});
afterAll(async () => {
	await lma.close();
});

/** The editor of the node, as far as drop-downs see it. */
function editor(
	credential: CredentialFields = lma.credential,
	parameters: INodeParameters = {},
): LoadOptionsContext {
	const node: INode = {
		id: '1',
		name: 'LMA',
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: { lmaApi: { id: '1', name: 'LMA' } },
	};
	const nodeTypes = new NodeTypes({ [type]: new Lma() });
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const data = { ...additionalData({ lmaApi: { ...credential } }), currentNodeParameters: parameters };
	return new LoadOptionsContext(workflow, node, data, '');
}

describe('the list of leads', () => {
	test('comes in pages, newest first, until all were shown', async () => {
		const seen: unknown[] = [];
		let token: string | undefined;
		do {
			const page = await methods.listSearch.searchLeads.call(editor(), undefined, token);
			seen.push(...page.results.map(({ value }) => value));
			token = page.paginationToken;
		} while (token !== undefined);
		expect(new Set(seen).size).toBe(120);
		expect(seen).toEqual([...seen].sort((a, b) => Number(b) - Number(a)));
	});

	test('is searched by name or address', async () => {
		const { results } = await methods.listSearch.searchLeads.call(editor(), ' lead77@ ');
		expect(results).toMatchObject([{ name: 'Ada Lovelace · lead77@example.com' }]);
	});
});

describe('the list of users', () => {
	test('shows active users of the organization, for a search as for a drop-down', async () => {
		await lma.owner`update users set is_active = false where id = ${lma.acme.userIds[2] ?? 0}`;
		const active = lma.acme.userIds.slice(0, 2);
		const { results } = await methods.listSearch.searchUsers.call(editor());
		expect(results.map(({ value }) => value).sort()).toEqual(active);
		expect((await methods.listSearch.searchUsers.call(editor(), 'user2@')).results).toHaveLength(1);
		const options = await methods.loadOptions.getUsers.call(editor());
		expect(options.map(({ value }) => value).sort()).toEqual(active);
	});
});

describe('in a large organization', () => {
	beforeAll(async () => {
		await lma.owner`
			insert into users (email, username, first_name, last_name, hashed_password, organization_id)
			select format('many%s@globex.test', n), format('many%s', n), '<i>O''Hara</i> 🎯', lpad(n::text, 5, '0'), '!',
				${lma.globex.id}
			from generate_series(1, 5000) n`;
		await lma.owner`
			insert into leads (organization_id, email, first_name, last_name)
			select ${lma.globex.id}, format('many%s@example.com', n), 'Many', n::text from generate_series(1, 10000) n`;
	});

	test('every user is in the list, page by page, and found by a part of the name', async () => {
		const globex = editor({ ...lma.credential, organization: 'globex' });
		const seen = new Set<unknown>();
		let token: string | undefined;
		do {
			const page = await methods.listSearch.searchUsers.call(globex, undefined, token);
			for (const { value } of page.results) seen.add(value);
			token = page.paginationToken === undefined ? undefined : String(page.paginationToken);
		} while (token !== undefined);
		expect(seen.size).toBe(5003);
		const { results } = await methods.listSearch.searchUsers.call(globex, "o'hara</i> 🎯 04999");
		expect(results).toMatchObject([{ name: "<i>O'Hara</i> 🎯 04999 · many4999@globex.test" }]);
	});

	test('a lead is found by its address, and far pages still come', async () => {
		const globex = editor({ ...lma.credential, organization: 'globex' });
		const { results } = await methods.listSearch.searchLeads.call(globex, 'many7777@example.com');
		expect(results).toMatchObject([{ name: 'Many 7777 · many7777@example.com' }]);
		expect((await methods.listSearch.searchLeads.call(globex, '', '9950')).results).toHaveLength(50);
	});
});

describe('the lists of campaigns and workflows', () => {
	beforeAll(async () => {
		await lma.owner`
			insert into campaigns (organization_id, name, status)
			select id, format('Campaign %s of %s', n, slug), 'active'
			from organizations, generate_series(1, 60) n
			order by n`;
		await lma.owner`
			insert into workflows (organization_id, n8n_workflow_id, name)
			values
				(${lma.acme.id}, 'w1', '<b>100%</b> "intake" 🎯'),
				(${lma.acme.id}, 'w2', 'Nightly rescoring'),
				(${lma.globex.id}, 'w3', 'Secret of globex')`;
	});

	test('hold what the organization has alone, in pages', async () => {
		const first = await methods.listSearch.searchCampaigns.call(editor());
		const second = await methods.listSearch.searchCampaigns.call(editor(), '', String(first.paginationToken));
		const names = [...first.results, ...second.results].map(({ name }) => name);
		expect(names).toHaveLength(60);
		expect(names[0]).toBe('Campaign 60 of acme · active');
		expect(names.filter((name) => name.includes('globex'))).toEqual([]);
		expect(second.paginationToken).toBeUndefined();
	});

	test('are searched by a part of the name, whatever signs it has', async () => {
		const search = methods.listSearch.searchWorkflows;
		expect((await search.call(editor(), '100%</B> "')).results).toMatchObject([
			{ name: '<b>100%</b> "intake" 🎯' },
		]);
		expect((await search.call(editor(), '10_%')).results).toEqual([]);
		expect((await search.call(editor(), 'secret')).results).toEqual([]);
	});

	test('hold of n8n what the worker has seen there and nobody has registered', async () => {
		await lma.owner`
			insert into integrations (organization_id, integration_type, name)
			select id, 'n8n', 'main' from organizations`;
		await lma.owner`
			insert into workflows (organization_id, integration_id, n8n_workflow_id, name, registered_name)
			select i.organization_id, i.id, w.id, w.name, w.registered_name
			from integrations i
			cross join (values
				('s1', 'Theirs', null), ('s2', 'Ours', 'Ours'), ('s3', 'Gone', null), ('pending:1', 'Waiting', null)
			) as w(id, name, registered_name)`;
		await lma.owner`
			insert into workflow_sync_states (workflow_id, organization_id, missing_since)
			select id, organization_id, case when name = 'Gone' then now() end
			from workflows
			where integration_id is not null`;
		const search = methods.listSearch.searchN8nWorkflows;
		expect((await search.call(editor())).results).toEqual([
			{ name: 'Theirs', value: expect.any(Number) as number },
		]);
		await lma.owner`
			insert into integrations (organization_id, integration_type, name)
			values (${lma.acme.id}, 'n8n', 'staging')`;
		expect((await search.call(editor(), 'THEI')).results).toMatchObject([{ name: 'Theirs · main' }]);
		expect((await search.call(editor(), 'ours')).results).toEqual([]);
	});
});

describe('the lists of statuses, sources and temperatures', () => {
	beforeAll(async () => {
		await lma.owner`
			insert into pipeline_labels (organization_id, kind, value, label, position, is_hidden)
			values
				(${lma.acme.id}, 'status', 'CLOSED_WON', 'Signed', 0, false),
				(${lma.acme.id}, 'status', 'NEW', 'Fresh', 1, false),
				(${lma.acme.id}, 'status', 'PROPOSAL', 'Offer', 2, true),
				(${lma.acme.id}, 'leadTemperature', 'hot', 'On fire', 0, false)`;
	});

	test('are what the organization calls them, in its order, without what it hides', async () => {
		const statuses = await methods.loadOptions.getStatuses.call(editor());
		expect(statuses.map(({ name, value }) => [name, value])).toEqual([
			['Signed', 'CLOSED_WON'],
			['Fresh', 'NEW'],
			['Contacted', 'CONTACTED'],
			['Qualified', 'QUALIFIED'],
			['Negotiation', 'NEGOTIATION'],
			['Closed Lost', 'CLOSED_LOST'],
		]);
		expect((await methods.loadOptions.getTemperatures.call(editor()))[0]?.name).toBe('On fire');
		expect((await methods.loadOptions.getSources.call(editor()))[0]?.name).toBe('Website');
	});

	test('keep a hidden value that the node has chosen', async () => {
		const chosen = editor(lma.credential, { filters: { status: ['PROPOSAL'] } });
		const statuses = await methods.loadOptions.getStatuses.call(chosen);
		expect(statuses).toContainEqual({ name: 'Offer', value: 'PROPOSAL', description: 'PROPOSAL' });
	});

	test('are the standard ones while the database cannot be asked', async () => {
		const wrong = editor({ ...lma.credential, password: 'wrong-password' });
		const statuses = await methods.loadOptions.getStatuses.call(wrong);
		expect(statuses.map(({ name }) => name)).toEqual([
			'New',
			'Contacted',
			'Qualified',
			'Proposal',
			'Negotiation',
			'Closed Won',
			'Closed Lost',
		]);
	});

	test('are those of the columns of a lead as well', async () => {
		const { fields } = await methods.resourceMapping.getLeadColumns.call(editor());
		const status = fields.find(({ id }) => id === 'status');
		expect(status?.options?.slice(0, 2)).toMatchObject([{ name: 'Signed' }, { name: 'Fresh' }]);
		expect(status?.options?.map(({ value }) => value)).not.toContain('PROPOSAL');
	});
});

test('a page or a search that makes no sense is refused in words', async () => {
	const search = methods.listSearch.searchLeads;
	await expect(search.call(editor(), '', 'next')).rejects.toThrow('offset must be a number of rows');
	await expect(search.call(editor(), 'x'.repeat(256))).rejects.toThrow(
		'search is longer than 255 characters',
	);
	await expect(search.call(editor(), 'a\0')).rejects.toThrow('search contains a NUL character');
});

test('a list that cannot be loaded says why', async () => {
	const wrong = editor({ ...lma.credential, password: 'wrong-password' });
	await expect(methods.listSearch.searchUsers.call(wrong)).rejects.toThrow('User or password is wrong');
});
