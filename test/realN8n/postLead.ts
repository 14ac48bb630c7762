/* eslint-disable-next-line no-restricted-imports -- n8n tells nobody when the webhook is registered */
import { setTimeout as sleep } from 'node:timers/promises';

import type { PostedLead } from './sampleLeads';

/** What the webhook answered. */
export interface PostResult {
	status: number;
	body: Record<string, unknown>;
}

const registrationMs = 30_000;
const senders = 4;

/** Posts one lead to the production webhook. Right after publishing, n8n answers 404 until the webhook is registered. */
export async function postLead(url: string, lead: PostedLead): Promise<PostResult> {
	const deadline = performance.now() + registrationMs;
	for (;;) {
		const response = await fetch(`${url}/webhook/lma-website-lead`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(lead),
		});
		const text = await response.text();
		if (response.status !== 404 || performance.now() > deadline) {
			return { status: response.status, body: text ? (JSON.parse(text) as PostResult['body']) : {} };
		}
		await sleep(100);
	}
}

/** Posts leads, several at the same time. The answers are in the order of the leads. */
export async function postLeads(url: string, leads: PostedLead[]): Promise<PostResult[]> {
	const answers: PostResult[] = [];
	const queue = leads.entries();
	const send = async () => {
		for (const [index, lead] of queue) answers[index] = await postLead(url, lead);
	};
	await Promise.all(Array.from({ length: senders }, send));
	return answers;
}
