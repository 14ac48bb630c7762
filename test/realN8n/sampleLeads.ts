import { createReadStream } from 'node:fs';
import { join } from 'node:path';

import { sayOption } from '../../cli/leads/optionWording';
import { openLeadFile } from '../../domain/leadFile/openLeadFile';
import { readFields } from '../../domain/leadFile/rowReader';

/** A row of the bundled sample as a web form would post it. */
export type PostedLead = Record<string, unknown> & { email: string };

const file = join(__dirname, '..', '..', 'cli', 'start', 'sample', 'trade-fair-leads.csv');
const map = ['Country', 'Employees', 'Interest', 'Newsletter'].map(
	(heading) => `${heading}=customFields.${heading.toLowerCase()}`,
);

/** Every row of the bundled sample, bad ones and duplicates too, in file order. */
export async function readSampleLeads(): Promise<PostedLead[]> {
	const open = () => createReadStream(file) as AsyncIterable<Buffer>;
	const { columns, rows } = await openLeadFile({ name: 'the sample', open }, { map }, [], sayOption);
	const leads: PostedLead[] = [];
	for await (const { cells } of rows()) {
		const { email, ...lead } = readFields(cells, columns);
		leads.push({ ...lead, email: String(email) });
	}
	return leads;
}
