import { UnreadableFileError } from './errors';
import type { LeadFile, OptionWording } from './leadFile';

/**
 * Refuses a file that is UTF-8 but for some bytes, such as one that was cut off or put together from two: read in any other
 * encoding, all of its letters would be wrong.
 *
 * @throws UnreadableFileError naming the first line with such a byte
 */
export async function refuseBrokenUtf8({ name, open }: LeadFile, say: OptionWording): Promise<void> {
	const decoder = new TextDecoder('utf-8');
	const counts = { right: 0, wrong: 0, line: 1 };
	for await (const chunk of open()) count(decoder.decode(chunk, { stream: true }), counts);
	count(decoder.decode(), counts);
	if (counts.right < counts.wrong) return;
	throw new UnreadableFileError(
		`${name} is UTF-8, but line ${counts.line} has a byte that is not`,
		`Correct that line and save the file as UTF-8 again; if it is in another encoding, name that: ${say('encoding', 'windows-1252')}.`,
	);
}

/** Letters that only UTF-8 writes so, and what stands for bytes that it does not. */
function count(text: string, counts: { right: number; wrong: number; line: number }): void {
	for (const [found] of text.matchAll(/\r\n|[\r\n]|\P{ASCII}/gu)) {
		if (found === '\uFFFD') counts.wrong++;
		else if (found > '\u007F') counts.right++;
		else if (counts.wrong === 0) counts.line++;
	}
}
