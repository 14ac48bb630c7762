import type { HeldClaim, PassedClaim } from '../../db/dispatch/askSendGate';
import type { Log } from '../log';

/** What the log was told about organizations whose settings the send gate cannot understand. */
export interface UnreadSettings {
	/** Tells of each such organization once, until it is decided by its settings again. */
	note(verdict: { passed: readonly PassedClaim[]; held: readonly HeldClaim[] }): void;
}

/** Begins with having told nothing. */
export function trackUnreadSettings(log: Log): UnreadSettings {
	const told = new Set<number>();
	return {
		note({ passed, held }) {
			const unread = new Set(
				held
					.filter(({ reason }) => reason === 'settings_invalid')
					.map(({ organizationId }) => organizationId),
			);
			for (const { organizationId, communicationType: type } of [...passed, ...held]) {
				// A call or a meeting may have passed unasked.
				if (type !== 'call' && type !== 'meeting' && !unread.has(organizationId)) told.delete(organizationId);
			}
			for (const organizationId of unread) {
				if (told.has(organizationId)) continue;
				told.add(organizationId);
				log.error(
					{ organizationId, reason: 'settings_invalid' },
					'settings.sendGate of an organization cannot be understood; nothing of it is sent until it is corrected',
				);
			}
		},
	};
}
