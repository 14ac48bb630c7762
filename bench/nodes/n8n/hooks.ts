import type { IRun } from 'n8n-workflow';
import type { RunReport } from '../listener';

/**
 * Hooks that n8n loads into its process (`EXTERNAL_HOOK_FILES`): n8n's own record of every execution goes to the
 * benchmark, before n8n throws it away. So nothing has to be saved, which would take longer than the nodes.
 */
export const workflow = {
	postExecute: [
		async (run: IRun | undefined): Promise<void> => {
			const url = process.env.LMA_BENCH_URL;
			if (!run || !url) return;
			const { runData, error } = run.data.resultData;
			const meter = runData.Meter?.[0]?.data?.main?.[0]?.[0]?.json;
			const report: RunReport = {
				nodeMs: runData.Node?.[0]?.executionTime ?? 0,
				meter: (meter as unknown as RunReport['meter'] | undefined) ?? null,
				error: error ? `${error.message} ${String(error.description ?? '')}` : null,
			};
			await fetch(url, { method: 'POST', body: JSON.stringify(report) });
		},
	],
};
