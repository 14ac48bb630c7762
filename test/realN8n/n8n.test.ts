import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { aiCallList } from './suites/aiCallList';
import { campaignEnrolment } from './suites/campaignEnrolment';
import { canvas } from './suites/canvas';
import { csvImport } from './suites/csvImport';
import { editor } from './suites/editor';
import { hotLeadAlert } from './suites/hotLeadAlert';
import { leadFlow, leadFlowOptions } from './suites/leadFlow';
import { lmaTrigger } from './suites/lmaTrigger';
import { nightlyRescoring } from './suites/nightlyRescoring';
import { registeredWorkflows } from './suites/registeredWorkflows';
import { weeklyReport } from './suites/weeklyReport';
import { workflowDrift } from './suites/workflowDrift';
import { buildWorld, type World } from './world';

/** One n8n for all suites: starting one takes longer than most of them. Each suite has an organization of its own. */
describe('in a real n8n', () => {
	let world: World;
	const getWorld = () => world;

	beforeAll(async () => {
		world = await buildWorld(leadFlowOptions);
	});

	afterAll(() => (world as World | undefined)?.stop());

	describe('leads through n8n, database, worker and mail', () => leadFlow(getWorld));
	describe('workflows registered in the database', () => registeredWorkflows(getWorld));
	describe('workflows that people change in n8n', () => workflowDrift(getWorld));
	describe('the editor in a browser', () => editor(getWorld));
	describe('the template CSV import', () => csvImport(getWorld));
	describe('the template Nightly rescoring', () => nightlyRescoring(getWorld));
	describe('the template Weekly report', () => weeklyReport(getWorld));
	describe('the template Hot lead alert', () => hotLeadAlert(getWorld));
	describe('the template Campaign enrolment', () => campaignEnrolment(getWorld));
	describe('the template Who should I call today?', () => aiCallList(getWorld));
	// Last: it kills n8n.
	describe('the LMA Trigger', () => lmaTrigger(getWorld));

	describe('every template in the editor', () => canvas(getWorld));

	test('the worker stops within ten seconds and has logged no address', async () => {
		const { code, tookMs } = await world.worker.stop();
		expect(code).toBe(0);
		expect(tookMs).toBeLessThan(10_000);
		expect(world.worker.log()).not.toMatch(/@[a-z]+\.(example|test)/);
	});
});
