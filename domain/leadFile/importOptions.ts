import { z } from 'zod/v4';

import { readingFields } from '../customField/invalidField';
import { isLocale } from '../input/dateOrder';
import { withFacts } from '../input/facts';
import { label, tags, text } from '../input/field';
import { LEAD_SOURCES } from '../lead/labels';

/** How a file of leads is read, and what its leads get. What is left out is found out, or does not happen. */
export const importOptionsSchema = z.strictObject({
	/** `Heading=field`, `Heading=customFields.key` or `Heading=-`; `#3` instead of a heading is the third column. */
	map: withFacts(z.array(text(500)), { form: 'list' }).optional(),
	/** Columns that leads do not have are refused instead of left out. */
	isStrict: z.boolean().optional(),
	/** Where numbers and dates are written so: `de`, `en-US`. */
	locale: text(35).refine(isLocale, 'is not a locale; write it as de, en-GB or en-US').optional(),
	/** A label of the Encoding Standard: `windows-1250`. */
	encoding: text(40).optional(),
	/** A character, or `comma`, `semicolon`, `tab`, `pipe`. */
	delimiter: text(20).optional(),
	/** For rows without a source; left out, a lead keeps its own, and a new one has that of the column. */
	source: label(LEAD_SOURCES).optional(),
	/** Tags for rows without tags, besides those that a lead has. */
	tags: tags.optional(),
	/** What becomes of a row with a wrong value in a field that a lead need not have: see `readingFields`. */
	onInvalidField: readingFields.onInvalidField,
	/** Everything is done and undone: the result is the same, and nothing is stored. */
	isDryRun: z.boolean().optional(),
});
export type ImportOptions = z.output<typeof importOptionsSchema>;

/** How a file is to be read, without what its leads get. */
export type ReadOptions = Pick<ImportOptions, 'map' | 'isStrict' | 'locale' | 'encoding' | 'delimiter'>;
