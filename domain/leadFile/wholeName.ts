/** Words in small letters that belong to the last name behind them: `van der Lee`, `de la Cruz`. */
const PARTICLES = new Set(
	'af al ap bin da dal de del della den der des di do dos du el ibn la las le lo los of ten ter van vom von y zu zum zur'.split(
		' ',
	),
);
/** What may follow a name behind a comma, and is no first name. */
const SUFFIX = /^(jr|sr|ii|iii|iv|phd|ph\.d|md|m\.d|mba|msc|bsc|esq|cpa|dds|ma|ba)\.?$/i;

/**
 * First and last name of a cell that holds both: `Lee, Ann` names the last one first; else the last word is it, with the small
 * words before it, as of `Ann van der Lee`. One word alone is a first name. Titles stay with the first name, `Jr.` with the last.
 */
export function splitName(name: string): { firstName?: string; lastName?: string } {
	const text = name.replaceAll(/\s+/gu, ' ').trim();
	const [before = '', ...after] = text.split(/\s*,\s*/).filter((part) => part !== '');
	const suffixes = after.filter((part) => SUFFIX.test(part));
	const first = after.filter((part) => !SUFFIX.test(part)).join(', ');
	const behind = suffixes.length > 0 ? `, ${suffixes.join(', ')}` : '';
	if (first !== '') return { firstName: first, lastName: `${before}${behind}` };
	const words = before.split(' ');
	let at = words.length - 1;
	if (at > 1 && SUFFIX.test(words[at] ?? '')) at--;
	while (at > 1 && PARTICLES.has(words[at - 1] ?? '')) at--;
	if (at < 1) return { firstName: text };
	return { firstName: words.slice(0, at).join(' '), lastName: `${words.slice(at).join(' ')}${behind}` };
}
