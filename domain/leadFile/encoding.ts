import { refuseBrokenUtf8 } from './brokenUtf8';
import { ByteCounts } from './byteCounts';
import { FileOptionError, UnreadableFileError } from './errors';
import type { ByteSource, LeadFile, OptionWording } from './leadFile';

/** How the bytes of a file stand for text. */
export interface Encoding {
	/** A label of the Encoding Standard: `utf-8`. */
	label: string;
	/** As people call it. */
	name: string;
	/** Nothing in the file says so: it is the likeliest of several. */
	isGuess: boolean;
}

const NAMES: Record<string, string> = {
	'utf-8': 'UTF-8',
	'utf-16le': 'UTF-16',
	'utf-16be': 'UTF-16 (big-endian)',
	'windows-1252': 'Windows-1252',
	macintosh: 'Mac OS Roman',
};

/** Files that people take for CSV, by their first bytes. */
const NO_TEXT: [magic: number[], what: string][] = [
	[[0x50, 0x4b, 0x03, 0x04], 'an Excel workbook or another archive'],
	[[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel workbook'],
	[[0x25, 0x50, 0x44, 0x46], 'a PDF'],
	[[0x1f, 0x8b], 'a compressed file'],
	[[0x89, 0x50, 0x4e, 0x47], 'a picture'],
	[[0xff, 0xd8, 0xff], 'a picture'],
	[[0x53, 0x51, 0x4c, 0x69], 'a database'],
];

/**
 * Tells the encoding from all of the bytes: a byte order mark; zero bytes where UTF-16 has them; UTF-8 when every byte
 * fits; else the one of old Macs where lines end as theirs, or Windows-1252, in which nearly every byte is a letter.
 *
 * @throws UnreadableFileError for what is no text, such as a workbook, and for UTF-8 with some bytes that are not
 */
export async function findEncoding(file: LeadFile, say: OptionWording): Promise<Encoding> {
	const { name, open } = file;
	const utf8 = new TextDecoder('utf-8', { fatal: true });
	const zeros: [even: number, odd: number] = [0, 0];
	const bytes = new ByteCounts();
	let start: number[] = [];
	let size = 0;
	let isUtf8 = true;
	for await (const chunk of open()) {
		if (start.length < 4) start = [...start, ...chunk.subarray(0, 4 - start.length)];
		isUtf8 &&= fits(utf8, chunk);
		for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1))
			zeros[((size + at) % 2) as 0 | 1]++;
		if (!isUtf8 || size === 0) bytes.add(chunk);
		size += chunk.length;
	}
	isUtf8 &&= fits(utf8);
	const noText = NO_TEXT.find(([magic]) => magic.every((byte, index) => start[index] === byte));
	if (noText)
		throw new UnreadableFileError(`${name} is ${noText[1]}, not CSV`, 'Save it as CSV and import that.');
	if (startsWith(start, [0xef, 0xbb, 0xbf])) return known('utf-8');
	if (startsWith(start, [0xff, 0xfe])) return known('utf-16le');
	if (startsWith(start, [0xfe, 0xff])) return known('utf-16be');
	const half = size / 2;
	if (zeros[1] > half / 5 && zeros[0] < half / 50) return known('utf-16le');
	if (zeros[0] > half / 5 && zeros[1] < half / 50) return known('utf-16be');
	if (bytes.isBinary) throw new UnreadableFileError(`${name} is not text`, 'Save it as CSV and import that.');
	if (isUtf8) return known('utf-8');
	await refuseBrokenUtf8(file, say);
	if (bytes.hasMacLines) return { ...known('macintosh'), isGuess: true };
	if (!bytes.isUnknown) return { ...known('windows-1252'), isGuess: true };
	throw new UnreadableFileError(
		`${name} is encoded neither in UTF-8 nor in Windows-1252`,
		`Save it again as UTF-8, or name its encoding: ${say('encoding', 'macintosh')}.`,
	);
}

/** The encoding that somebody names. @throws FileOptionError when there is none of that name */
export function namedEncoding(label: string): Encoding {
	try {
		return known(new TextDecoder(label.trim()).encoding);
	} catch {
		throw new FileOptionError(
			`There is no encoding "${label.slice(0, 40)}"`,
			'Such as utf-8, utf-16le, windows-1252, windows-1250 or iso-8859-2.',
		);
	}
}

/** The text of a file, without its byte order mark. @throws UnreadableFileError where bytes do not fit the encoding */
export async function* decodeText(
	bytes: ByteSource,
	{ label, name }: Encoding,
	file: string,
	say: OptionWording,
): AsyncGenerator<string> {
	const decoder = new TextDecoder(label, { fatal: true });
	try {
		for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
		yield decoder.decode();
	} catch (error) {
		if ((error as { code?: unknown }).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
		throw new UnreadableFileError(
			`${file} is not encoded in ${name}`,
			`Save it again as UTF-8, or name its encoding: ${say('encoding', 'windows-1252')}.`,
		);
	}
}

function known(label: string): Encoding {
	return { label, name: NAMES[label] ?? label, isGuess: false };
}

function startsWith(start: readonly number[], mark: readonly number[]): boolean {
	return mark.every((byte, index) => start[index] === byte);
}

/** Whether the decoder takes the next bytes; without any, whether it may end here. */
function fits(decoder: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): boolean {
	try {
		if (chunk) decoder.decode(chunk, { stream: true });
		else decoder.decode();
		return true;
	} catch {
		return false;
	}
}
