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
import { importLeads, type ImportResult } from '../leads/import';
import { demoSlug } from './demo';

/** Marks what came from the sample. */
const sampleTag = 'trade-fair-2026';

const csvFile = join(__dirname, 'sample', 'trade-fair-leads.csv');
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
export async function loadSample(sql: Pool, { sendsMail }: { sendsMail: boolean }): Promise<ImportResult> {
	const imported = await importLeads(sql, createReadStream(csvFile) as AsyncIterable<Buffer>, {
		name: 'the sample',
		organization: demoSlug,
		defaults: { source: 'EVENT', tags: [sampleTag] },
	});
	await inOrganization(sql, demoSlug, async (tx) => {
		rows(await scoreLeads(tx, imported.leadIds));
		const leads = rows(
			await assignLeads(
				tx,
				imported.leadIds.map((leadId) => ({ leadId, strategy: 'roundRobin' as const })),
			),
		);
		rows(await logCommunications(tx, leads.map(visit)));
		if (sendsMail) rows(await scheduleCommunications(tx, leads.map(followUp)));
	});
	return imported;
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
