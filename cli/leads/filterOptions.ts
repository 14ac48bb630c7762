import type { Command } from 'commander';
import { z } from 'zod/v4';

import { type LeadFilter, leadFilterSchema } from '../../db/lead/leadFilter';
import { factsOf } from '../../domain/input/facts';
import { parseInput } from '../../domain/input/parseInput';
import { CommandFailedError } from '../terminal/failure';
import { ValidationError } from '../../domain/error/errors';

/** What pages and orders a list: an export is all of it, by id. And the zone of a workflow, which a command has none of. */
const OF_NODES = new Set([
	'sortBy',
	'sortDirection',
	'offset',
	'afterCursor',
	'includeCursor',
	'fallbackTimezone',
]);

/** The conditions of the operation *Get Many*, each an option: `minScore` is `--min-score`. */
const conditions = Object.entries(leadFilterSchema.shape as Record<string, z.ZodType>).filter(
	([name]) => !OF_NODES.has(name),
);

/** Adds the filters of *Get Many* to a command. */
export function addFilterOptions(command: Command): Command {
	for (const [name, schema] of conditions) {
		const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
		const { form } = factsOf(schema);
		if (form === 'flag')
			command.option(`${option} [yes]`, `only leads of which ${spoken(name)} is true, or false`);
		else if (name === 'limit') command.option(`${option} <number>`, 'at most so many leads (default: all)');
		else command.option(`${option} <value>`, `only leads with this ${spoken(name)}${hintOf(schema)}`);
	}
	return command;
}

/** The filter that options make. @throws CommandFailedError for a value that is none */
export function readFilter(options: Record<string, unknown>): LeadFilter {
	const given = conditions.flatMap(([name, schema]): [string, unknown][] => {
		const value = options[name];
		return value === undefined ? [] : [[name, toValue(value, schema)]];
	});
	try {
		return parseInput(leadFilterSchema, {
			limit: null,
			sortBy: 'created',
			sortDirection: 'asc',
			...Object.fromEntries(given),
		});
	} catch (error) {
		if (!(error instanceof ValidationError)) throw error;
		throw new CommandFailedError(error.sentences, true);
	}
}

function toValue(value: unknown, schema: z.ZodType): unknown {
	const { form } = factsOf(schema);
	if (form === 'flag') return value === true || value === 'true' || (value === 'false' ? false : value);
	if (typeof value !== 'string') return value;
	if (isJson(schema)) return parsed(value);
	if (form === 'list' || form === 'ids' || elementOf(schema)) {
		const entries = value.split(',').map((entry) => entry.trim());
		return form === 'ids' ? entries.map(Number) : entries;
	}
	return value;
}

function isJson(schema: z.ZodType): boolean {
	return factsOf(schema).form === 'json' || elementOf(schema) instanceof z.ZodObject;
}

/** The schema of the entries of a list; undefined for what is no list. */
function elementOf(schema: z.ZodType): unknown {
	const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
	return inner instanceof z.ZodArray ? inner.element : undefined;
}

function parsed(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return json;
	}
}

function spoken(name: string): string {
	return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function hintOf(schema: z.ZodType): string {
	const { form } = factsOf(schema);
	if (isJson(schema)) return ', as JSON';
	if (form === 'moment') return ', such as 2026-03-01T09:00:00Z';
	return form === 'list' || elementOf(schema) ? '; several with commas between them' : '';
}
