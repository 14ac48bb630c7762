import { integrationConfigurations, type IntegrationType } from '../../../domain/integration/integration';
import { safeSmtpUrl } from '../../../domain/integration/smtpUrl';
import { CommandFailedError } from '../../terminal/failure';
import type { Terminal } from '../../terminal/terminal';
import { type Trial, unusable } from './trial';
import { tryN8n } from './tryN8n';
import { trySmtp } from './trySmtp';
import { tryWebhook } from './tryWebhook';

/** Contacts the far side as the worker would. Sends and changes nothing there. */
export async function tryConnection(
	kind: IntegrationType,
	configuration: unknown,
	secret: string | undefined,
): Promise<Trial> {
	switch (kind) {
		case 'n8n': {
			const known = integrationConfigurations.n8n.safeParse(configuration);
			if (!known.success) return unusable('Its configuration has no valid address.');
			return secret === undefined ? unusable('It has no API key.') : tryN8n(known.data, secret);
		}
		case 'smtp':
			return secret === undefined
				? unusable('It has no URL of a mail server.')
				: trySmtp(safeSmtpUrl(secret));
		case 'webhook': {
			const known = integrationConfigurations.webhook.safeParse(configuration);
			return known.success ? tryWebhook(known.data.url) : unusable('Its configuration has no valid address.');
		}
	}
}

/** Tells what was found, on the side of the output; a problem that ends the command is its last word. */
export function noteTrial(terminal: Terminal, { works, warnings, problem }: Trial, isForced = true): void {
	for (const line of works) terminal.note(`  ok       ${line}`);
	for (const line of warnings) terminal.note(`  warning  ${line}`);
	if (problem !== null && isForced) terminal.note(`  problem  ${problem}`);
}

/** @throws CommandFailedError for a connection that cannot be used, unless `isForced` */
export function assertUsable({ problem }: Trial, isForced: boolean | undefined): void {
	if (problem === null || isForced) return;
	throw new CommandFailedError(
		`${problem} Nothing was changed; with --force it is done all the same, and the worker tries again and again.`,
	);
}
