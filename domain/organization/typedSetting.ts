import type { z } from 'zod/v4';

import { factsOf } from '../input/facts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const SWITCHES: Readonly<Record<string, boolean>> = { yes: true, on: true, no: false, off: false };

/**
 * What may be meant by what was typed as the value of a setting, the likeliest first: JSON, text, or a list with commas; yes or no;
 * days of the week by name, and from one to another.
 */
export function readingsOf({ name, schema }: { name: string; schema: z.ZodType }, typed: string): unknown[] {
	const { form } = factsOf(schema);
	const json = parseJson(typed);
	const entries = typed.split(',').map((entry) => entry.trim());
	if (name === 'weekdays') return [entries.flatMap(readDays), json];
	if (form === 'flag') return [SWITCHES[typed.trim().toLowerCase()] ?? json ?? typed];
	return form === undefined ? [typed.trim(), json, entries] : [json ?? typed];
}

/** `mon`, `1`, `mon-fri`, `5-1`: the days from Friday over Sunday to Monday. What is no day stays as it is. */
function readDays(typed: string): (number | string)[] {
	const days = typed.split(/ *[-–] */).map(readDay);
	const [first, last] = [days[0], days.at(-1)];
	if (first === undefined || last === undefined || days.length > 2) return [typed];
	const length = ((last - first + 7) % 7) + 1;
	return Array.from({ length }, (_, later) => ((first - 1 + later) % 7) + 1);
}

function readDay(typed: string): number | undefined {
	if (/^[1-7]$/.test(typed)) return Number(typed);
	const word = typed.toLowerCase();
	const index = word.length < 2 ? -1 : DAYS.findIndex((day) => day.startsWith(word));
	return index < 0 ? undefined : index + 1;
}

function parseJson(typed: string): unknown {
	try {
		return JSON.parse(typed) ?? undefined;
	} catch {
		return undefined;
	}
}
