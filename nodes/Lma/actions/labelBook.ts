import { getPipeline } from '../../../db/pipeline/pipeline';
import type { Sql } from '../../../db/connection/client';
import { ValidationError } from '../../../domain/error/errors';
import { closestLabel } from '../../../domain/input/closestLabel';
import { standardNameOf } from '../../../domain/lead/labels';
import {
	isStandard,
	kindOf,
	meantValue,
	type Pipeline,
	type PipelineEntry,
} from '../../../domain/pipeline/pipeline';
import { NotLookedUp } from './notLookedUp';

/**
 * What the organization calls the values of leads. It is read once, and only when an item names something that is neither a value
 * nor its standard name: the first reading of such an item stops, the reading after `lookUp` goes on.
 */
export class LabelBook {
	private pipeline: Pipeline | undefined;
	/** Whether it was asked for and not read yet. */
	isWaiting = false;

	/**
	 * The value that is meant by a label of a field, or each by those of a list; anything else as it is.
	 *
	 * @param labels the values that the field takes
	 * @throws NotLookedUp when `lookUp` has to be called first
	 * @throws ValidationError when the organization has no such label
	 */
	valueOf(labels: readonly string[], field: string, given: unknown): unknown {
		if (Array.isArray(given)) return given.map((entry: unknown) => this.valueOf(labels, field, entry));
		const kind = kindOf(labels);
		if (!kind || typeof given !== 'string' || closestLabel(labels, given) !== undefined) return given;
		if (!this.pipeline) {
			this.isWaiting = true;
			throw new NotLookedUp();
		}
		const entries = this.pipeline[kind];
		const value = meantValue(entries, kind, given);
		// Of an organization that has named nothing, the schema says what there is.
		if (value !== undefined || isStandard(entries, kind)) return value ?? given;
		throw new ValidationError(
			field,
			`${field} must be one of ${entries.map(called).join(', ')}: "${given.slice(0, 60)}"`,
			'Give one of these labels or values.',
		);
	}

	/** Reads the labels of the organization, in one statement. */
	async lookUp(sql: Sql): Promise<void> {
		this.pipeline = await getPipeline(sql);
		this.isWaiting = false;
	}
}

/** `Signed (CLOSED_WON)`, or the value alone where its name is the standard one. */
function called({ value, label }: PipelineEntry): string {
	return label === standardNameOf(value) ? value : `${label} (${value})`;
}
