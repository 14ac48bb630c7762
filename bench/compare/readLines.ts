import { z } from 'zod/v4';

import { CommandFailedError } from '../../cli/terminal/failure';
import type { Line } from '../line';

const number = z.number().nullable();
const lineSchema = z.looseObject({
	benchmark: z.enum(['db', 'nodes']),
	name: z.string().min(1),
	organization: z.string().optional(),
	size: z.int().min(1),
	ms: number,
	ratio: number,
	ratioError: number,
	buffers: number,
	floorBuffers: number,
});

/**
 * The measured lines of what a benchmark has printed. Tables for people between them are passed over.
 * @throws CommandFailedError when there is none, or one that begins like a line and is none
 */
export function readLines(file: string, text: string): Line[] {
	const lines = text.split('\n').flatMap((line, index): Line[] => {
		if (!line.startsWith('{')) return [];
		const value = parsed(line);
		if (value !== null && typeof value === 'object' && 'run' in value) return [];
		const result = lineSchema.safeParse(value);
		if (result.success) return [result.data];
		const [issue] = result.error.issues;
		throw new CommandFailedError(
			`Line ${index + 1} of ${file} is no measured line: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}. Give the output of npm run bench as it was printed.`,
		);
	});
	if (lines.length === 0) {
		throw new CommandFailedError(
			`${file} has no measured lines. Give the output of npm run bench -- db, or of -- nodes.`,
		);
	}
	return lines;
}

function parsed(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return null;
	}
}
