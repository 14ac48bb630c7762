import { readFetchFailure } from '../../../domain/error/fetchFailure';
import { type Trial, unusable } from './trial';

const TIMEOUT_MS = 10_000;

/**
 * Asks a webhook what it takes, by OPTIONS: that starts nothing there. Whether it takes the token and the messages shows
 * only when one is sent. Never throws for what the far side does.
 */
export async function tryWebhook(url: string): Promise<Trial> {
	const { host } = new URL(url);
	try {
		const response = await fetch(url, {
			method: 'OPTIONS',
			redirect: 'manual',
			headers: { 'access-control-request-method': 'POST' },
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
		await response.body?.cancel();
		const untried =
			'Whether it takes the messages, and the token if it has one, shows only when one is sent.';
		const warnings = [...statusWarnings(host, response.status), untried];
		return { works: [`${host} answers.`], warnings, problem: null };
	} catch (error) {
		const { code } = readFetchFailure(error);
		const reason = code === 'TimeoutError' ? 'no answer in time' : code;
		return unusable(
			`${host} cannot be reached (${reason}). Check the URL, and that this computer may reach it.`,
		);
	}
}

function statusWarnings(host: string, status: number): string[] {
	if (status === 404) {
		return [
			`${host} answers 404 there: in n8n a webhook is there once its workflow is published, and its address begins with /webhook/, not /webhook-test/.`,
		];
	}
	if (status >= 500) return [`${host} answers ${status} at the moment.`];
	if (status >= 300 && status < 400)
		return [`${host} answers ${status}: it wants another address, and a message is not sent on.`];
	return [];
}
