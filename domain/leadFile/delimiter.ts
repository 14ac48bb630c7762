import { FileOptionError } from './errors';

const NAMED: Record<string, string> = {
	comma: ',',
	semicolon: ';',
	tab: '\t',
	'\\t': '\t',
	pipe: '|',
	bar: '|',
};

/** The delimiter that somebody names: a character, or `comma`, `semicolon`, `tab`, `pipe`. @throws FileOptionError */
export function readDelimiter(text: string): string {
	const delimiter = NAMED[text.trim().toLowerCase()] ?? text;
	if (delimiter.length === 1 && !/["\r\n\p{L}\p{N}]/u.test(delimiter)) return delimiter;
	throw new FileOptionError(
		`"${text.slice(0, 20)}" cannot tell cells apart`,
		'Write one character, or comma, semicolon, tab or pipe.',
	);
}
