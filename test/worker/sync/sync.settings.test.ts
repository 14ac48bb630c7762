import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import { intakeTemplate, SyncWorld } from '../support/syncWorld';

let world: SyncWorld;
let integrationId: number;

beforeAll(async () => {
	world = await SyncWorld.create();
});
afterAll(() => world.destroy());
beforeEach(async () => {
	await world.begin();
	integrationId = await world.connect();
});
afterEach(() => world.end());

/** As n8n 2.40 names them. */
const TAKEN = [
	...['executionOrder', 'executionTimeout', 'timezone', 'errorWorkflow', 'callerPolicy', 'callerIds'],
	...['binaryMode', 'redactionPolicy', 'availableInMCP', 'timeSavedMode'],
];
const settings = {
	redactionPolicy: 'all',
	availableInMCP: true,
	binaryMode: 'separate',
	callerPolicy: 'workflowsFromAList',
	callerIds: 'abc,def',
};
const settingsInN8n = () => world.n8n.workflows[0]?.settings;

it('settings that this n8n takes by its own description reach it', async () => {
	world.n8n.settingsTaken = TAKEN;
	const { id } = await world.register({ template: intakeTemplate({ settings }), isActive: true });
	await world.sync(integrationId);
	expect(settingsInN8n()).toEqual({ executionOrder: 'v1', ...settings });
	expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
});

it('of those that it does not know, the row tells, and the others reach it', async () => {
	world.n8n.settingsTaken = TAKEN.filter((name) => name !== 'redactionPolicy' && name !== 'availableInMCP');
	const { id } = await world.register({ template: intakeTemplate({ settings }), isActive: true });
	await world.sync(integrationId);
	expect(settingsInN8n()).not.toHaveProperty('redactionPolicy');
	expect(settingsInN8n()).toMatchObject({ binaryMode: 'separate', callerIds: 'abc,def' });
	expect(await world.row(id)).toMatchObject({
		state: 'inStep',
		isActive: true,
		problem:
			'This n8n does not know these settings of the template, which were left out: availableInMCP, redactionPolicy.',
	});
});

it('an n8n that does not describe itself is sent what the oldest one takes', async () => {
	const { id } = await world.register({ template: intakeTemplate({ settings }) });
	await world.sync(integrationId);
	expect(settingsInN8n()).toEqual({ executionOrder: 'v1', callerPolicy: 'workflowsFromAList' });
	expect((await world.row(id)).problem).toContain('availableInMCP, binaryMode, callerIds, redactionPolicy.');
});

it('a setting that n8n takes and keeps another value of is told of, and not written again and again', async () => {
	world.n8n.settingsTaken = TAKEN;
	world.n8n.distort = (workflow) => Object.assign(workflow.settings, { redactionPolicy: 'none' });
	const { id } = await world.register({ template: intakeTemplate({ settings }), isActive: true });
	await world.sync(integrationId);
	await world.sync(integrationId);
	expect(world.writes).toEqual(['POST ', 'POST /made0001/publish']);
	expect(await world.row(id)).toMatchObject({
		state: 'inStep',
		problem: 'n8n keeps a value of its own for these settings of the template: redactionPolicy.',
	});
});

it('a new template with other settings alone is applied, and what it no longer gives is taken back', async () => {
	world.n8n.settingsTaken = TAKEN;
	const before = { timezone: 'Asia/Tokyo', executionTimeout: 60, callerPolicy: 'none' };
	const { id } = await world.register({ template: intakeTemplate({ settings: before }) });
	await world.sync(integrationId);
	await world.register({ template: intakeTemplate({ settings: { executionTimeout: 90 } }) });
	await world.sync(integrationId);
	expect(settingsInN8n()).toMatchObject({
		executionTimeout: 90,
		timezone: 'DEFAULT',
		callerPolicy: 'workflowsFromSameOwner',
	});
	expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
});

it('what the template never gave is left to n8n', async () => {
	world.n8n.settingsTaken = TAKEN;
	world.n8n.distort = (workflow) => Object.assign(workflow.settings, { availableInMCP: true });
	const { id } = await world.register({ template: intakeTemplate() });
	await world.sync(integrationId);
	await world.register({ template: intakeTemplate({ path: 'contact' }) });
	await world.sync(integrationId);
	expect(settingsInN8n()).toMatchObject({ availableInMCP: true });
	expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
});

it('an error workflow is taken along when it is the organization’s, and otherwise left out with a word', async () => {
	world.n8n.settingsTaken = TAKEN;
	const [own] = world.n8n.add(1);
	await world.sync(integrationId);
	const mine = { errorWorkflow: own!.id };
	const { id } = await world.register({ template: intakeTemplate({ settings: mine }) });
	await world.sync(integrationId);
	expect(world.n8n.workflows[1]?.settings).toMatchObject(mine);
	expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	await world.register({ template: intakeTemplate({ settings: { errorWorkflow: 'elsewhere' } }) });
	await world.sync(integrationId);
	expect(world.n8n.workflows[1]?.settings).not.toMatchObject({ errorWorkflow: 'elsewhere' });
	expect((await world.row(id)).problem).toBe(
		'The setting errorWorkflow was left out: this organization has no workflow elsewhere in this n8n. Name one of its own, by its id there.',
	);
});

it('the description is asked for once a scan, and only when there is something to write', async () => {
	const asked = () => world.n8n.requests.filter(({ path }) => path.endsWith('openapi.yml')).length;
	await world.sync(integrationId);
	expect(asked()).toBe(0);
	for (const name of ['One', 'Two', 'Three']) await world.register({ name, template: intakeTemplate() });
	await world.sync(integrationId);
	expect(asked()).toBe(1);
	await world.sync(integrationId);
	expect(asked()).toBe(1);
});
