import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrigger, type TriggerUnderTest } from './trigger';

let lma: TriggerUnderTest;
beforeAll(async () => {
	lma = await openTrigger();
});
afterAll(async () => {
	await lma.close();
});

test('events that are too large for one batch come in smaller ones', { timeout: 120_000 }, async () => {
	const parameters = { events: ['lead.updated'], options: { includeLead: false, batchSize: 9 } };
	const first = await lma.publish(parameters, { workflowId: 'large' });
	await first.unpublish();
	// PostgreSQL makes no JSON array above 256 MB. As when 16 MB of notes are replaced by others.
	await lma.owner`
		insert into activity_logs (organization_id, activity_type, activity_metadata)
		select ${lma.acme.id}, 'lead.updated', jsonb_build_object('after', jsonb_build_object('notes', repeat(repeat(n::text, 1000), 32000)))
		from generate_series(1, 9) n`;
	const again = await lma.publish(parameters, { workflowId: 'large' });
	await expect.poll(() => again.items().length, { interval: 100, timeout: 60_000 }).toBe(9);
	expect(again.items().map(({ after }) => (after as { notes: string }).notes[0])).toEqual(
		Array.from({ length: 9 }, (_, n) => String(n + 1)),
	);
	expect(again.errors).toEqual([]);
	await again.unpublish();
});
