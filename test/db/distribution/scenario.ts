import type postgres from 'postgres';

import { assignLeads } from '../../../db/assignment/assign';
import { addLeadsToCampaigns } from '../../../db/campaign/addLeads';
import { withTargetedLeads } from '../../../db/campaign/countTargeted';
import { createCampaigns } from '../../../db/campaign/create';
import { enrolLeads } from '../../../db/campaign/enrolLeads';
import { findCampaigns } from '../../../db/campaign/find';
import { listCampaigns } from '../../../db/campaign/list';
import { listCampaignLeads } from '../../../db/campaign/listLeads';
import { previewAudiences } from '../../../db/campaign/previewAudience';
import { removeLeadsFromCampaigns } from '../../../db/campaign/removeLeads';
import { updateCampaigns } from '../../../db/campaign/update';
import { updateCampaignLeads } from '../../../db/campaign/updateLeads';
import { cancelCommunications } from '../../../db/communication/cancel';
import { checkSends } from '../../../db/communication/checkSend';
import { findCommunications } from '../../../db/communication/find';
import { listCommunications } from '../../../db/communication/list';
import { rescheduleCommunications } from '../../../db/communication/reschedule';
import { scheduleThroughGate } from '../../../db/communication/scheduleThroughGate';
import { logCommunications, scheduleCommunications } from '../../../db/communication/write';
import type { Sql } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { listCustomFields } from '../../../db/customField/customField';
import {
	claimDueCommunications,
	millisecondsUntilNextDispatch,
	releaseClaims,
} from '../../../db/dispatch/claimDueCommunications';
import { askSendGate } from '../../../db/dispatch/askSendGate';
import { holdBack } from '../../../db/dispatch/holdBack';
import { startSending } from '../../../db/dispatch/startSending';
import { finishDispatches, resolveUnknownOutcomes } from '../../../db/dispatch/finishDispatches';
import { listManySuppressions } from '../../../db/suppression/listMany';
import { suppressLeads, unsuppressLeads } from '../../../db/suppression/suppress';
import { suppressSchema, unsuppressSchema } from '../../../domain/outreach/suppression';
import { createLeads } from '../../../db/lead/create';
import { deleteLeads } from '../../../db/lead/delete';
import { findLeads } from '../../../db/lead/find';
import { listLeads } from '../../../db/lead/list';
import { changeLeadStatus, updateLeads } from '../../../db/lead/update';
import { upsertLeads } from '../../../db/lead/upsert';
import { createNotes, deleteNotes, listNotes } from '../../../db/note/note';
import { leadSummary, organizationMetrics, userProductivity } from '../../../db/report/report';
import { scoreLeads } from '../../../db/scoring/scoreLeads';
import { listScoringRules, replaceScoringRules } from '../../../db/scoring/scoringRules';
import { findUsers, listUsers } from '../../../db/user/user';
import { findWorkflows, listWorkflows } from '../../../db/workflow/list';
import { registerWorkflows } from '../../../db/workflow/register';
import { requestSyncOf, requestSyncOfAll } from '../../../db/workflow/requestSync';
import { setWorkflowsActive } from '../../../db/workflow/setActive';
import { registrationSchema } from '../../../domain/workflow/registration';
import { rowsOf } from '../../setup/tenant';

/** Runs every query of nodes and dispatch once, each under its name: `during` is told which one runs. `makeDue` lets time pass. */
export async function playScenario(
	app: postgres.Sql,
	worker: postgres.Sql,
	userId: number,
	{ during, makeDue }: { during: (name: string) => void; makeDue: () => PromiseLike<unknown> },
): Promise<void> {
	const run = async <T>(name: string, work: (tx: Sql) => PromiseLike<T>) => {
		during(name);
		const result = await inOrganization(app, 'acme', work);
		during('');
		return result;
	};
	const asWorker = async <T>(name: string, work: Promise<T> | (() => Promise<T>)) => {
		during(name);
		const result = await (typeof work === 'function' ? work() : work);
		during('');
		return result;
	};
	const person = (email: string) => ({ email, firstName: 'F', lastName: 'L' });
	const [lead, other] = rowsOf(
		await run('createLeads', (tx) => createLeads(tx, [person('a@acme.test'), person('b@acme.test')])),
	);
	const ids = [lead!.id];
	await run('upsertLeads', (tx) => upsertLeads(tx, [person('a@acme.test'), person('c@acme.test')]));
	await run('findLeads', (tx) => findLeads(tx, ids));
	await run('listLeads', (tx) => listLeads(tx, { status: ['NEW'], limit: 5 }));
	await run('updateLeads', (tx) => updateLeads(tx, [{ id: lead!.id, company: 'ACME' }]));
	await run('changeLeadStatus', (tx) => changeLeadStatus(tx, [{ id: lead!.id, status: 'CONTACTED' }]));
	for (const strategy of ['leastLoaded', 'roundRobin', 'user'] as const) {
		await run(`assignLeads ${strategy}`, (tx) =>
			assignLeads(tx, [
				{ leadId: lead!.id, strategy, reassign: true, ...(strategy === 'user' && { assignedToId: userId }) },
			]),
		);
	}
	await run('replaceScoringRules', (tx) =>
		replaceScoringRules(tx, [{ name: 'r', field: 'company', operator: 'isSet', points: 5 }]),
	);
	await run('listScoringRules', (tx) => listScoringRules(tx));
	await run('scoreLeads', (tx) => scoreLeads(tx, ids));
	const notes = rowsOf(
		await run('createNotes', (tx) => createNotes(tx, [{ leadId: lead!.id, content: 'n' }])),
	);
	await run('listNotes', (tx) => listNotes(tx, { leadId: lead!.id }));
	await run('deleteNotes', (tx) => deleteNotes(tx, [notes[0]!.id]));
	await run('logCommunications', (tx) =>
		logCommunications(tx, [{ leadId: lead!.id, communicationType: 'call', direction: 'outbound' }]),
	);
	const due = {
		communicationType: 'email',
		subject: 's',
		content: 'c',
		scheduledAt: '2099-01-01T00:00:00Z',
	} as const;
	const scheduled = rowsOf(
		await run('scheduleCommunications', (tx) =>
			scheduleCommunications(tx, [
				{ ...due, leadId: lead!.id },
				{ ...due, leadId: lead!.id },
				{ ...due, leadId: other!.id },
			]),
		),
	);
	await run('listCommunications', (tx) =>
		listCommunications(tx, { status: ['scheduled'], leadId: lead!.id }),
	);
	await run('findCommunications', (tx) => findCommunications(tx, [scheduled[0]!.id]));
	await run('checkSends', (tx) => checkSends(tx, [{ leadId: lead!.id, communicationType: 'email' }]));
	await run('scheduleThroughGate', (tx) =>
		scheduleThroughGate(tx, [{ ...due, leadId: lead!.id, checkSend: 'defer' }]),
	);
	await run('suppressLeads', (tx) => suppressLeads(tx, [suppressSchema.parse({ leadId: other!.id })]));
	await run('listManySuppressions', (tx) => listManySuppressions(tx, { leadId: other!.id }));
	await run('unsuppressLeads', (tx) => unsuppressLeads(tx, [unsuppressSchema.parse({ leadId: other!.id })]));
	await run('rescheduleCommunications', (tx) =>
		rescheduleCommunications(tx, [
			{ id: scheduled[0]!.id, scheduledAt: '2099-02-01T00:00:00Z', reopen: false },
		]),
	);
	await run('cancelCommunications', (tx) => cancelCommunications(tx, [scheduled[2]!.id]));
	const [campaign] = rowsOf(
		await run('createCampaigns', (tx) => createCampaigns(tx, [{ name: 'c', createdBy: userId }])),
	);
	const membership = { campaignId: campaign!.id, leadIds: [lead!.id, other!.id] };
	await run('updateCampaigns', (tx) => updateCampaigns(tx, [{ id: campaign!.id, status: 'active' }]));
	await run('addLeadsToCampaigns', (tx) => addLeadsToCampaigns(tx, [membership]));
	await run('findCampaigns', (tx) => findCampaigns(tx, [campaign!.id]));
	await run('listCampaigns', (tx) => listCampaigns(tx, { status: ['active'], search: 'c' }));
	await run('updateCampaignLeads', (tx) =>
		updateCampaignLeads(tx, [{ campaignId: campaign!.id, leadId: lead!.id, membershipStatus: 'responded' }]),
	);
	await run('listCampaignLeads', (tx) =>
		listCampaignLeads(tx, [{ campaignId: campaign!.id, membershipStatuses: ['active'], limit: 5 }]),
	);
	await run('removeLeadsFromCampaigns', (tx) => removeLeadsFromCampaigns(tx, [membership]));
	const criteria = { status: 'active' as const, startDate: '2026-01-01', targetCriteria: { minScore: 1 } };
	await run('updateCampaigns', (tx) => updateCampaigns(tx, [{ id: campaign!.id, ...criteria }]));
	await run('withTargetedLeads', (tx) => withTargetedLeads(tx, [{ row: criteria }]));
	await run('previewAudiences', (tx) =>
		previewAudiences(tx, [
			{ campaignId: campaign!.id, sampleSize: 5 },
			{ ...criteria, sampleSize: 5 },
		]),
	);
	await run('enrolLeads', (tx) => enrolLeads(tx, [{ campaignId: campaign!.id }]));
	await run('leadSummary', (tx) => leadSummary(tx, { limit: 5 }));
	await run('organizationMetrics', (tx) => organizationMetrics(tx));
	await run('userProductivity', (tx) => userProductivity(tx, {}));
	const template = { nodes: [{ name: 'Hook', type: 'n8n-nodes-base.webhook', position: [0, 0] }] };
	const [workflow] = rowsOf(
		await run('registerWorkflows', (tx) =>
			registerWorkflows(tx, [registrationSchema.parse({ name: 'Intake', template })]),
		),
	);
	await run('setWorkflowsActive', (tx) =>
		setWorkflowsActive(tx, [{ workflowId: workflow!.id, isActive: true }]),
	);
	await run('listWorkflows', (tx) => listWorkflows(tx, { state: ['pending'] }));
	await run('findWorkflows', (tx) => findWorkflows(tx, [workflow!.id]));
	await run('requestSyncOf', (tx) => requestSyncOf(tx, [workflow!.id]));
	await run('requestSyncOfAll', (tx) => requestSyncOfAll(tx));
	await run('listCustomFields', (tx) => listCustomFields(tx));
	await run('listUsers', (tx) => listUsers(tx, {}));
	await run('findUsers', (tx) => findUsers(tx, [userId]));

	await makeDue();
	const claims = await asWorker('claimDueCommunications', () =>
		claimDueCommunications(worker, {
			batchSize: 9,
			perOrganization: 9,
			leaseSeconds: 60,
			afterOrganizationId: 0,
		}),
	);
	await asWorker('releaseClaims', () => releaseClaims(worker, claims.slice(2)));
	const { passed } = await asWorker('askSendGate', () => askSendGate(worker, claims.slice(0, 2)));
	await asWorker('holdBack', () =>
		holdBack(worker, [{ ...passed[1]!, hold: 'defer', reason: 'outside_window', until: 4e12 }]),
	);
	const capped = { ...passed[0]!, begun: 0 };
	await asWorker('startSending', () => startSending(worker, [capped], 60));
	await asWorker('finishDispatches', () =>
		finishDispatches(worker, [{ ...passed[0]!, outcome: 'sent', providerId: 'p' }]),
	);
	await asWorker('resolveUnknownOutcomes', () =>
		resolveUnknownOutcomes(worker, { maxAttempts: 3, limit: 9 }),
	);
	await asWorker('millisecondsUntilNextDispatch', () => millisecondsUntilNextDispatch(worker));
	await run('deleteLeads', (tx) => deleteLeads(tx, ids));
}
