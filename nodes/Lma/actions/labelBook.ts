import { getPipeline } from '../../../db/pipeline/pipeline';
import type { Sql } from '../../../db/connection/client';
import { isPlainValue, labelledValue } from '../../../domain/pipeline/labelledValue';
import { isStandard, kindOf, type Pipeline } from '../../../domain/pipeline/pipeline';
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
		if (!kind || typeof given !== 'string' || isPlainValue(kind, given)) return given;
		if (!this.pipeline) {
			this.isWaiting = true;
			throw new NotLookedUp();
		}
		// Of an organization that has named nothing, the schema says what there is.
		return isStandard(this.pipeline[kind], kind) ? given : labelledValue(this.pipeline, kind, field, given);
	}

	/** Reads the labels of the organization, in one statement. */
	async lookUp(sql: Sql): Promise<void> {
		this.pipeline = await getPipeline(sql);
		this.isWaiting = false;
	}
}
