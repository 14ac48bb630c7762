const LINE_FEED = 0x0a;
const RETURN = 0x0d;
/** Tab, line feed, form feed, carriage return, and what ended files of old. */
const IN_TEXT: ReadonlySet<number> = new Set([0x09, LINE_FEED, 0x0c, RETURN, 0x1a, 0x1b]);
/** Bytes that Windows-1252 has no character for. */
const IN_NO_WINDOWS: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/** In text, so many of a hundred bytes are no controls. */
const MOST_CONTROLS = 10;

/** What single bytes say of an encoding that says nothing of itself. */
export class ByteCounts {
	private size = 0;
	private controls = 0;
	private feeds = 0;
	private returns = 0;
	private unknown = 0;

	add(chunk: Uint8Array): void {
		this.size += chunk.length;
		for (const byte of chunk) {
			if (byte === LINE_FEED) this.feeds++;
			else if (byte === RETURN) this.returns++;
			else if (byte < 0x20 && !IN_TEXT.has(byte)) this.controls++;
			else if (IN_NO_WINDOWS.has(byte)) this.unknown++;
		}
	}

	/** Too much of it is no character at all. */
	get isBinary(): boolean {
		return this.controls * 100 > this.size * MOST_CONTROLS;
	}

	/** Lines end as on Macs before 2001, and as programs for Macs still write them. */
	get hasMacLines(): boolean {
		return this.returns > 0 && this.feeds === 0;
	}

	/** Windows-1252 does not have all of it. */
	get isUnknown(): boolean {
		return this.unknown > 0;
	}
}
