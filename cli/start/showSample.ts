import { connect } from '../../db/connection/client';
import { RejectedRows } from '../leads/rejectedRows';
import type { Terminal } from '../terminal/terminal';
import type { DemoLogins } from './demo';
import { isSampleLoaded, type LoadedSample, loadSample } from './sample';
import type { StateFolder } from './stateFolder';
import { formatSummary, waitUntilSent } from './summary';

/** How long the worker may take to send what is due; the summary says what is still open then. */
const sendTimeoutMs = 10_000;

/** Loads the sample on the first start, waits until the worker has sent what is due, and prints the summary. */
export async function showSample(options: {
	terminal: Terminal;
	folder: StateFolder;
	logins: DemoLogins;
	smtpUrl: string;
}): Promise<void> {
	const { terminal, folder, logins, smtpUrl } = options;
	const sql = connect(logins.nodesUrl, { max: 2, applicationName: 'lma start' });
	try {
		let imported: LoadedSample | undefined;
		if (!(await isSampleLoaded(sql))) {
			terminal.note('Loading the sample…');
			const sendsMail = isLocal(smtpUrl);
			imported = await loadSample(sql, { sendsMail });
			if (!sendsMail) {
				terminal.note(
					'SMTP_URL is not on this machine, so no follow-ups are scheduled: the sample addresses do not exist.',
				);
			}
			await reportRejected(terminal, folder, imported);
		}
		const figures = await waitUntilSent(sql, sendTimeoutMs);
		terminal.print('');
		terminal.print(formatSummary(figures, imported));
	} finally {
		await sql.end({ timeout: 5 });
	}
}

async function reportRejected(
	terminal: Terminal,
	folder: StateFolder,
	imported: LoadedSample,
): Promise<void> {
	if (imported.rejected === 0) return;
	const file = folder.file('rejected-leads.csv');
	const rejected = new RejectedRows(file);
	await rejected.start(imported);
	await rejected.add(imported.rejectedRows);
	await rejected.end();
	for (const { line, reason } of rejected.reasons) terminal.note(`  line ${line} rejected: ${reason}`);
	terminal.note(`  The rejected rows are kept in ${file}.`);
}

/** A mail server on this machine keeps what it gets, or is somebody's test set-up. */
export function isLocal(smtpUrl: string): boolean {
	return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(smtpUrl).hostname);
}
