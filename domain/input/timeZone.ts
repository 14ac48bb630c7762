import { IANAZone } from 'luxon';

import { withFacts } from './facts';
import { text } from './field';

const knownZones = new Map<string, boolean>();
/** Leads may name any text as their zone. */
const MOST_KNOWN_ZONES = 1000;

/** Whether there is such a time zone. Asking the runtime takes a tenth of a millisecond, so answers are kept. */
export function isTimeZone(name: string): boolean {
	const isKnown = knownZones.get(name) ?? IANAZone.isValidZone(name);
	if (knownZones.size >= MOST_KNOWN_ZONES) knownZones.clear();
	knownZones.set(name, isKnown);
	return isKnown;
}

/** The IANA name of a time zone, at most `max` characters: `Europe/Vienna`. */
export function timeZone(max: number) {
	const schema = text(max).refine(isTimeZone, 'is not a time zone; write it as Europe/Vienna');
	return withFacts(schema, { isShown: true });
}
