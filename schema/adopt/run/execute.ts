import { type BackfillProgress, runBackfill } from './backfill';
import type { Context } from '../plan/context';
import { phases, refresh } from '../plan/plan';
import { readRecord, saveStep } from './record';
import type { Reference } from '../catalogue/reference';
import { type Patience, runBriefly, runOnline } from './session';
import type { Step } from '../plan/step';

/** Does the plan phase by phase, each planned anew from what the ones before have made. Returns what was done. */
export async function execute(
	first: Context,
	reference: Reference,
	patience: Patience,
	{
		onStep,
		onProgress,
	}: {
		onStep?: (step: Step, index: number) => void;
		onProgress?: (progress: BackfillProgress) => void;
	},
): Promise<Step[]> {
	const { client } = first;
	const done: Step[] = [];
	for (const { plan } of phases(reference).filter(({ isReport }) => !isReport)) {
		const { steps } = await plan(await refresh(first));
		for (const step of steps) {
			await saveStep(client, step.title);
			onStep?.(step, done.length);
			if (step.kind === 'brief') await runBriefly(client, step, patience);
			else if (step.kind === 'online') await runOnline(client, step, patience);
			else {
				const record = await readRecord(client);
				const from = record?.highWater[step.backfill.table] ?? null;
				await runBackfill(client, step.backfill, { from, total: step.rows, patience, onProgress });
			}
			done.push(step);
		}
	}
	return done;
}
