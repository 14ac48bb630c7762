import { DateTime } from 'luxon';

import type { SendReason } from './sendDecision';
import type { SendRules } from './sendRules';

/** Why a lead may or may not be contacted, as a sentence without its full stop and without anything personal. */
export function sentenceOf(
	leadId: number,
	reason: SendReason,
	{ communicationType, cap, window }: SendRules,
): string {
	switch (reason) {
		case 'ok':
			return `Lead ${leadId} may be contacted`;
		case 'lead_not_found':
			return `Lead ${leadId} does not exist in the organization`;
		case 'status_closed':
			return `Lead ${leadId} is closed`;
		case 'address_missing':
			return `Lead ${leadId} has no address for the type ${communicationType}`;
		case 'address_invalid':
			return `The address of lead ${leadId} for the type ${communicationType} is not valid`;
		case 'do_not_contact':
			return `Lead ${leadId} is not to be contacted by the type ${communicationType}`;
		case 'complained':
			return `Lead ${leadId} has complained about messages of the type ${communicationType}`;
		case 'unsubscribed':
			return `Lead ${leadId} has unsubscribed from the type ${communicationType}`;
		case 'address_bounced':
			return `The address of lead ${leadId} for the type ${communicationType} does not exist, says the server that it belongs to`;
		case 'blocked_tag':
			return `Lead ${leadId} has a tag that blocks the type ${communicationType}`;
		case 'replied':
			return `Lead ${leadId} has replied`;
		case 'frequency_cap':
			return `Lead ${leadId} is contacted as often as allowed: ${cap?.count} times within ${cap?.periodDays} days`;
		case 'outside_window':
			return `It is outside the sending hours in ${window.timezone}`;
		case 'no_send_time':
			return `The sending hours leave no time to send in ${window.timezone} within three weeks`;
	}
}

/** `time` (milliseconds since 1970) on the clock of the rules' zone: `2026-03-01 09:00`. */
export function localTime(time: number, { window }: SendRules): string {
	return DateTime.fromMillis(time, { zone: window.timezone }).toFormat('yyyy-MM-dd HH:mm');
}
