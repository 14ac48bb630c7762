import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { z } from 'zod/v4';

import type { Sql } from '../../../db/connection/client';
import type { ItemResult } from '../../../domain/itemResult';
import type { ItemParameters } from './itemParameters';

/** A row of a query, as it goes into an item's `json`. */
export type Row = object;

/** What became of one item: its row or rows, or the error. */
export type Result = ItemResult<Row | Row[]>;

/** What goes along with a row as a file, in the binary field `data` of its item. */
export interface Attachment {
	name: string;
	mimeType: string;
	text: string;
}

/** Whether an operation changes anything. A read-only credential allows no `write`. */
export type Access = 'read' | 'write';

/**
 * One operation of the node: what the user fills in, and what happens.
 *
 * `Input` is what one item asks for. `execute` gets the inputs of all items at once and returns one entry per
 * input, in their order. An entry with an array becomes that many items, all paired with the item that asked.
 */
export interface Operation<Input> {
	/** The parameters shown for this operation. */
	description: INodeProperties[];
	access: Access;
	/** Which of the choices in `absence.ts` the operation offers among its `options`, for an item that gives no row. */
	absence?: 'notFound' | 'nothingMatched';
	/** What it takes; says how each of its parameters is converted. Left out by operations that take no more than an id. */
	schema?: z.ZodType;
	/** The few fields of a row that most people want; for operations with the parameter `simplify`. */
	simplify?(row: never): Row;
	/**
	 * Reads and checks what one item asks for.
	 *
	 * @throws LmaError that names the field, the value and the remedy
	 */
	read(parameters: ItemParameters): Input;
	/**
	 * Gets what an item holds besides its parameters, such as a file.
	 *
	 * @throws LmaError or an error of n8n
	 */
	load?(context: IExecuteFunctions, itemIndex: number, input: Input): Promise<Input>;
	/** What to tell whoever looks at an execution of these items, which succeeded. */
	hint?(written: { input: Input; row: Row | Row[] }[]): string | undefined;
	/** The file that goes along with a row, if there is one. */
	attachment?(row: Row): Attachment | undefined;
	/** Runs inside the organization's transaction. A constant number of statements, however many inputs. */
	execute(sql: Sql, inputs: Input[]): Promise<Result[]>;
}
