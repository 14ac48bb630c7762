import { afterEach, expect, it } from 'vitest';

import type { OutgoingMessage } from '../../../db/dispatch/startSending';
import { createEmailSender, type EmailSender } from '../../../worker/dispatch/email';
import { recipientOf } from '../../../worker/dispatch/emailIdentity';
import { type SmtpSink, startSmtpSink } from '../support/smtpSink';

let sink: SmtpSink;
let sender: EmailSender;

async function start(options?: Parameters<typeof startSmtpSink>[0]) {
	sink = await startSmtpSink(options);
	sender = createEmailSender();
}
afterEach(async () => {
	sender.close();
	await sink.stop();
});

/** Sends one message to an address. */
async function send(email: string) {
	const message = {
		lead: { email, firstName: 'Zoë', lastName: 'Müller' },
		organization: { name: 'Acme' },
		subject: 'Grüße',
		content: 'Hello',
		idempotencyKey: '1:2:1',
	} as unknown as OutgoingMessage;
	const signal = AbortSignal.timeout(20_000);
	return await sender.send(message, { smtpUrl: sink.url }, { tooLate: signal, begin: () => signal });
}

it.each([
	['a&b@receiver.example', 'a&b@receiver.example'],
	['sales/eu@receiver.example', 'sales/eu@receiver.example'],
	["o'b@receiver.example", "o'b@receiver.example"],
	['bounce-#1@receiver.example', 'bounce-#1@receiver.example'],
	['user@example.xn--p1ai', 'user@example.рф'],
	['joe@münchen.example', 'joe@münchen.example'],
	['zoë@münchen.example', 'zoë@münchen.example'],
	['用户@receiver.example', '用户@receiver.example'],
])('a message to %s arrives', async (email, to) => {
	await start();
	expect(await send(email)).toMatchObject({ kind: 'sent' });
	expect(sink.received).toMatchObject([{ to, subject: 'Grüße' }]);
});

it('an international domain needs nothing of the server; letters before the @ do, and fail for good without', async () => {
	await start({ hideSMTPUTF8: true });
	expect(await send('joe@münchen.example')).toMatchObject({ kind: 'sent' });
	expect(await send('zoë@receiver.example')).toMatchObject({
		kind: 'not_sent',
		permanent: true,
		reason: 'smtp_utf8_unsupported',
	});
	expect(sink.received).toMatchObject([{ to: 'joe@münchen.example' }]);
});

it('a server that cannot be reached is no reason to give up', async () => {
	await start();
	await sink.stop();
	expect(await send('zoë@receiver.example')).toMatchObject({ kind: 'not_sent', permanent: false });
	sink = await startSmtpSink();
});

it.each([
	['joe@münchen.example', 'joe@xn--mnchen-3ya.example'],
	['Joe <joe@x.example>', 'joe@x.example'],
	['root@localhost', 'root@localhost'],
	['a1@x.example; a2@x.example', undefined],
	['jo e@x.example', undefined],
	['nobody', undefined],
])('what other programs stored as %j goes to %s', async (email, recipient) => {
	await start();
	expect(recipientOf(email)).toBe(recipient);
	if (recipient === undefined) expect(await send(email)).toMatchObject({ reason: 'lead_email_invalid' });
});
