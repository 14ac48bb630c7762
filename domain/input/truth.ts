/** In English, German and Dutch, French, Spanish and Italian, Portuguese, Polish; a box that is ticked. */
const TRUE: ReadonlySet<unknown> = new Set([
	...[
		true,
		1,
		'1',
		'true',
		't',
		'yes',
		'y',
		'on',
		'wahr',
		'ja',
		'j',
		'waar',
		'vrai',
		'oui',
		'verdadero',
		'vero',
	],
	...['si', 'sí', 'sì', 'verdadeiro', 'sim', 'prawda', 'tak', 'x', '✓', '✔', '☑', '✅'],
]);
const FALSE: ReadonlySet<unknown> = new Set([
	...[
		false,
		0,
		'0',
		'false',
		'f',
		'no',
		'n',
		'off',
		'falsch',
		'nein',
		'onwaar',
		'nee',
		'faux',
		'non',
		'falso',
	],
	...['não', 'nao', 'fałsz', 'nie', '☐'],
]);

/**
 * True or false as people, agents and spreadsheets write it: `yes`, `No`, `TRUE`, `on`, 0, `ja`, `✓`. Undefined for anything
 * else, such as words of which another language makes the contrary.
 */
export function readTruth(value: unknown): boolean | undefined {
	const word =
		typeof value === 'string'
			? value
					.trim()
					.normalize('NFC')
					.replace(/\uFE0F$/, '')
					.toLowerCase()
			: value;
	if (TRUE.has(word)) return true;
	return FALSE.has(word) ? false : undefined;
}
