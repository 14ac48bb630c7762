import { createReadStream } from 'node:fs';
import { join } from 'node:path';

import { readHeadings } from '../../cli/leads/headings';
import { type CsvRow, readCsv } from '../../cli/leads/csv';

/** A row of the bundled sample as a web form would post it. */
export type PostedLead = Record<string, unknown> & { email: string };

const file = join(__dirname, '..', '..', 'cli', 'start', 'sample', 'trade-fair-leads.csv');

/** Every row of the bundled sample, bad ones and duplicates too, in file order. */
export async function readSampleLeads(): Promise<PostedLead[]> {
	const rows = readCsv(createReadStream(file) as AsyncIterable<Buffer>, 'the sample');
	const heading = (await rows.next()).value as CsvRow | undefined;
	const readRow = heading && readHeadings(heading.cells);
	if (!readRow) throw new Error(`${file} has no heading line`);
	const leads: PostedLead[] = [];
	for await (const { cells } of rows) {
		const { email, ...lead } = readRow(cells);
		leads.push({ ...lead, email: String(email) });
	}
	return leads;
}
