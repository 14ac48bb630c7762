import { LmaError } from '../error/errors';

/** A file that cannot be read as leads: no text, no CSV, no heading. Nothing of it is stored. */
export class UnreadableFileError extends LmaError {
	override readonly name = 'UnreadableFileError';

	constructor(message: string, description: string) {
		super('LEAD_FILE_UNREADABLE', message, description);
	}
}

/** What must be known before a file can be stored: a question, and in the remedy the options that answer it. */
export interface FileQuestion {
	question: string;
	remedy: string;
}

/** A file whose columns or values have two readings. Nothing of it is stored until an option says which is meant. */
export class UnclearFileError extends LmaError {
	override readonly name = 'UnclearFileError';

	constructor(readonly questions: readonly FileQuestion[]) {
		super(
			'LEAD_FILE_UNCLEAR',
			questions
				.map(({ question, remedy }) => `${question}${question.endsWith('?') ? '' : '.'} ${remedy}`)
				.join(' '),
			'Nothing was imported.',
		);
	}

	/** The message ends its sentences itself. */
	override get sentences(): string {
		return `${this.message} ${this.description}`;
	}
}

/** An option that says nothing: no such locale, encoding, field or column. Nothing of the file is stored. */
export class FileOptionError extends LmaError {
	override readonly name = 'FileOptionError';

	constructor(message: string, description: string) {
		super('INVALID_PARAMETER', message, description);
	}
}
