import { runRetention } from '../../db/retention/runRetention';
import type { WorkerContext } from '../context';

/**
 * Removes what the policy and the organizations' settings no longer keep, where that is due, and logs what went and what
 * could not. After a failure the next look goes on where this one stopped.
 */
export async function lookAfterRetention(
	{ sql, log }: Pick<WorkerContext, 'sql' | 'log'>,
	signal: AbortSignal,
): Promise<void> {
	const report = await runRetention(sql, { signal });
	if (!report) return;
	const { retired, kept, busy, removed, ignored } = report;
	if (retired.length > 0 || removed > 0) log.info({ retired, removed }, 'retention removed what was due');
	if (kept) log.warn(kept, 'a month of activity_logs is kept until a subscription has read it');
	if (busy) log.info('a month of activity_logs was busy; it is retired later');
	for (const settings of ignored)
		log.warn(settings, 'retention settings that cannot be understood are ignored');
}
