import { beforeEach, expect, test } from 'vitest';

import { trackMailServers, type MailServers } from '../../../worker/dispatch/mailServers';
import type { SendOutcome } from '../../../worker/dispatch/outcome';
import { createLog } from '../../../worker/log';

let lines: Record<string, unknown>[];
let servers: MailServers;

beforeEach(() => {
	lines = [];
	servers = trackMailServers(
		createLog('info', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) }),
	);
});

const route = {
	smtpUrl: 'smtp://ann:a-secret@mail.example.com:2525',
	setting: 'SMTP_URL',
	organizationId: 7,
};
const unreachable: SendOutcome = {
	kind: 'not_sent',
	permanent: false,
	reason: 'smtp_unreachable',
	error: 'ECONNREFUSED',
};

test('a mail server that is away is told of once, with the variable, the place and what to do, and when it is back', () => {
	for (let message = 0; message < 5; message++) servers.note(route, unreachable);
	servers.note(route, { kind: 'sent' });
	servers.note(route, { kind: 'sent' });
	expect(lines).toEqual([
		expect.objectContaining({
			level: 'error',
			setting: 'SMTP_URL',
			at: 'mail.example.com:2525',
			reason: 'smtp_unreachable',
			error: 'ECONNREFUSED',
			remedy: 'Check host and port in SMTP_URL, and that the server is running.',
			msg: 'the mail server cannot be used; messages wait and are tried again',
		}),
		expect.objectContaining({ level: 'info', msg: 'the mail server can be used again' }),
	]);
	expect(JSON.stringify(lines)).not.toContain('a-secret');
});

test('each server is told of, with the organization whose own it is', () => {
	servers.note(route, unreachable);
	const own = { ...route, setting: 'the SMTP integration "default"' };
	servers.note(own, { ...unreachable, reason: 'smtp_login_refused' });
	expect(lines.map(({ organizationId, remedy }) => [organizationId, remedy])).toEqual([
		[undefined, 'Check host and port in SMTP_URL, and that the server is running.'],
		[7, 'Check user and password in the SMTP integration "default".'],
	]);
});

test.each<[string, SendOutcome]>([
	['a recipient that is refused', { ...unreachable, permanent: true, reason: 'smtp_550' }],
	['a server that is busy', { ...unreachable, reason: 'smtp_451' }],
	['a try that never began', { kind: 'not_begun' }],
])('%s says nothing of the server', (_what, outcome) => {
	servers.note(route, outcome);
	expect(lines).toEqual([]);
});
