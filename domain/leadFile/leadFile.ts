/** Any source of bytes, such as a file, standard input that was put aside, or what n8n holds of an upload. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** A file of leads. It is read more than once: what a column means is decided by all of its rows, before any is stored. */
export interface LeadFile {
	/** As messages call it. */
	name: string;
	/** The bytes from the beginning, each time that it is called. */
	open: () => ByteSource;
}

/** One row of a file. */
export interface CsvRow {
	/** Where it begins in the file; the first line is 1. */
	line: number;
	cells: string[];
}

/** The ways to say how a file is to be read, by the names of the command's options. */
type FileOption = 'map' | 'locale' | 'encoding' | 'delimiter';

/** Says how an option is given a value where the reader of a message is: `--map "Mobile=phone"`. */
export type OptionWording = (option: FileOption, value: string) => string;
