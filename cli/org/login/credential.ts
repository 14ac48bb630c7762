import type { Login } from '../../../schema/login/loginRole';
import type { EndedSessions } from '../../../schema/login/session';
import { parseDatabaseUrl } from '../../../domain/database/databaseUrl';
import { ownerUrl } from '../../database';
import type { Terminal } from '../../terminal/terminal';

/** Prints what the LMA credential in n8n needs, the password for the only time. */
export function printCredential(
	terminal: Terminal,
	slug: string,
	{ user, password }: Login,
	json: boolean | undefined,
): void {
	const { host, port, database, sslMode: ssl } = parseDatabaseUrl(ownerUrl(terminal));
	const credential = { host, port, database, user, password, ssl, organization: slug };
	if (json) {
		terminal.print(JSON.stringify(credential));
		return;
	}
	terminal.print('The LMA credential in n8n needs:');
	for (const [field, value] of Object.entries(credential)) terminal.print(`  ${field.padEnd(14)}${value}`);
}

/** Says which sessions of a login were ended, and what to do about those that were not. */
export function noteSessions(terminal: Terminal, user: string, { ended, left }: EndedSessions): void {
	if (ended > 0) terminal.note(`Ended ${ended} open ${ended === 1 ? 'session' : 'sessions'} of ${user}.`);
	if (left === 0) return;
	terminal.note(
		`${left} open ${left === 1 ? 'session' : 'sessions'} of ${user} could not be ended. As a superuser or a member of ` +
			`pg_signal_backend run: select pg_terminate_backend(pid) from pg_stat_activity where usename = '${user.replaceAll("'", "''")}'`,
	);
}
