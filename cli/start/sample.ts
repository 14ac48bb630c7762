import { createReadStream } from 'node:fs';
import { join } from 'node:path';

import type { Pool } from '../../db/connection/client';
import { assignLeads } from '../../db/assignment/assign';
import { isAnyMarked } from '../../db/communication/marked';
import { logCommunications, scheduleCommunications } from '../../db/communication/write';
import { inOrganization } from '../../db/connection/tenancy';
import { scoreLeads } from '../../db/scoring/scoreLeads';
import { newCommunicationSchema, scheduledCommunicationSchema } from '../../domain/communication/input';
import { parseInput } from '../../domain/input/parseInput';
import type { ItemResult } from '../../domain/itemResult';
import type { Lead } from '../../domain/lead/lead';
import { importFile } from '../../db/leadFile/importFile';
import type { ImportOptions } from '../../domain/leadFile/importOptions';
import type { LeadFile } from '../../domain/leadFile/leadFile';
import type { ImportResult, RejectedRow } from '../../domain/leadFile/importResult';
import { sayOption } from '../leads/optionWording';
import { demoSlug } from './demo';

/** Marks what came from the sample. */
const sampleTag = 'trade-fair-2026';

const csvFile = join(__dirname, 'sample', 'trade-fair-leads.csv');
const sampleFile: LeadFile = {
	name: 'the sample',
	open: () => createReadStream(csvFile) as AsyncIterable<Buffer>,
};
const importOptions: ImportOptions = {
	source: 'EVENT',
	tags: [sampleTag],
	map: [
		'Country=customFields.country',
		'Employees=customFields.employees',
		'Interest=customFields.interest',
		'Newsletter=customFields.newsletter',
	],
};

/** The sample as it was imported, with the rows that were rejected. */
export type LoadedSample = ImportResult & { rejectedRows: RejectedRow[] };
const soonMs = 2_000;
const twoDaysMs = 2 * 24 * 3_600_000;

/** Whether the sample has been loaded to the end before; `sql` is a login of the demo organization. */
export async function isSampleLoaded(sql: Pool): Promise<boolean> {
	return inOrganization(sql, demoSlug, (tx) => isAnyMarked(tx, 'sample', sampleTag));
}

/**
 * Loads the leads of the bundled CSV as a workflow would: import, score, assign in turn, log the visit, schedule a
 * follow-up by e-mail. Hot and warm leads get it in two seconds, cold ones in two days. `sendsMail` false leaves
 * the follow-ups out.
 */
export async function loadSample(sql: Pool, { sendsMail }: { sendsMail: boolean }): Promise<LoadedSample> {
	const rejectedRows: RejectedRow[] = [];
	const leadIds = new Set<number>();
	const imported = await importFile(sql, demoSlug, sampleFile, importOptions, sayOption, {
		onRejected: (rejected) => void rejectedRows.push(...rejected),
		onWritten: (ids) => {
			for (const id of ids) leadIds.add(id);
		},
	});
	await inOrganization(sql, demoSlug, async (tx) => {
		rows(await scoreLeads(tx, [...leadIds]));
		const leads = rows(
			await assignLeads(
				tx,
				[...leadIds].map((leadId) => ({ leadId, strategy: 'roundRobin' as const })),
			),
		);
		rows(await logCommunications(tx, leads.map(visit)));
		if (sendsMail) rows(await scheduleCommunications(tx, leads.map(followUp)));
	});
	return { ...imported, rejectedRows };
}

function visit({ id, assignedToId }: Lead) {
	return parseInput(newCommunicationSchema, {
		leadId: id,
		userId: assignedToId,
		communicationType: 'meeting',
		direction: 'inbound',
		subject: 'Visited our booth at the trade fair',
		commMetadata: { sample: sampleTag },
	});
}

function followUp({ id, assignedToId, firstName, leadTemperature }: Lead) {
	const delayMs = leadTemperature === 'cold' ? twoDaysMs : soonMs;
	return parseInput(scheduledCommunicationSchema, {
		leadId: id,
		userId: assignedToId,
		communicationType: 'email',
		subject: 'Good to meet you at the fair',
		content: `Hello ${firstName || 'there'},\n\nthank you for visiting our booth. When may we call you?\n\nDemo Company\n`,
		scheduledAt: new Date(Date.now() + delayMs).toISOString(),
		commMetadata: { sample: sampleTag },
	});
}

/** All rows; the sample has no business failing halfway. */
function rows<T>(results: ItemResult<T>[]): T[] {
	return results.map(({ row, error }) => {
		if (error) throw error;
		return row;
	});
}
