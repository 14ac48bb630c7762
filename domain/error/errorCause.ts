import { withoutPersonalData } from '../cleanText';
import { isSqlState } from './errorCode';

const DEEPEST = 5;
const MOST_FRAMES = 12;
const MOST_ISSUES = 5;

/** A field of anything that may have been thrown; undefined where reading it fails. */
export function readField(thrown: unknown, name: string): unknown {
	if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) return undefined;
	try {
		return (thrown as Record<string, unknown>)[name];
	} catch {
		return undefined;
	}
}

/** The code of anything that may have been thrown, such as `ECONNREFUSED` or `23505`; empty when it has none in words. */
export function codeOf(thrown: unknown): string {
	const code = readField(thrown, 'code');
	return typeof code === 'string' ? code : '';
}

/**
 * Where an error came from, for the log: name, code, cleaned text and the frames of its stack, and so on for its own
 * cause. Of an error of the database, whose text can hold values of rows, only the code. Safe to keep and to show: no query,
 * parameter, detail, address or connection string is in it.
 */
export class ErrorCause extends Error {
	override readonly name: string;
	readonly code?: string;

	constructor(thrown: unknown, depth = 0) {
		const inner = readField(thrown, 'cause');
		const goesOn = inner !== undefined && inner !== null && inner !== thrown && depth < DEEPEST;
		super(textOf(thrown), goesOn ? { cause: new ErrorCause(inner, depth + 1) } : undefined);
		const name = readField(thrown, 'name');
		this.name = typeof name === 'string' ? withoutPersonalData(name).slice(0, 80) : typeof thrown;
		const code = codeOf(thrown);
		if (code !== '') this.code = code.slice(0, 80);
		this.stack = [`${this.name}: ${this.message}`, ...framesOf(thrown)].join('\n');
	}
}

/** Inside Node.js, or the driver: they stand before those that say who sent a statement, and take up their room. */
const OF_OTHERS = /\((?:node:|.*[\\/]node_modules[\\/]postgres[\\/])|at (?:async )?node:/;

/**
 * The frames of a stack, without the text above them: `    at claim (…/db/dispatch/claim.js:27:9)`. The first, and those
 * that are neither of Node.js nor of the driver, twelve at most.
 */
export function framesOf(thrown: unknown): string[] {
	const stack = readField(thrown, 'stack');
	if (typeof stack !== 'string') return [];
	return stack
		.split('\n')
		.filter((line) => /^\s+at .*(:\d+:\d+\)?|\(native\)|<anonymous>\)?)$/.test(line))
		.filter((line, index) => index === 0 || !OF_OTHERS.test(line))
		.slice(0, MOST_FRAMES);
}

function textOf(thrown: unknown): string {
	const code = codeOf(thrown);
	// PostgreSQL's own, by either driver.
	if (readField(thrown, 'severity') !== undefined || isSqlState(code)) return `SQLSTATE ${code || 'unknown'}`;
	const issues = readField(thrown, 'issues');
	if (Array.isArray(issues))
		return `does not match: ${issues.slice(0, MOST_ISSUES).map(describeIssue).join(', ')}`;
	// What could not be read is quoted in it.
	if (readField(thrown, 'name') === 'SyntaxError') return 'something could not be read';
	const message = readField(thrown, 'message');
	if (typeof message === 'string' && isOfHeader(thrown, message)) return 'a header cannot be sent as it is';
	if (typeof message === 'string') return withoutPersonalData(message);
	if (typeof thrown === 'string') return withoutPersonalData(thrown);
	return `something that is not an error: ${typeof thrown}`;
}

/** Whether it says, as `fetch` does, which value a header may not have: that is often a key. */
function isOfHeader(thrown: unknown, message: string): boolean {
	return readField(thrown, 'name') === 'TypeError' && /header (content|name|value)|ByteString/i.test(message);
}

/** Of an error of zod the path and the rule, since its words may repeat the value. */
function describeIssue(issue: unknown): string {
	const path = readField(issue, 'path');
	const rule = readField(issue, 'code');
	const keys = Array.isArray(path)
		? path.filter((key) => typeof key === 'string' || typeof key === 'number')
		: [];
	return `${withoutPersonalData(keys.join('.')) || 'value'} (${typeof rule === 'string' ? rule : 'unknown rule'})`;
}
