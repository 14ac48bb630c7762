import { z } from 'zod/v4';

import { withFacts } from '../input/facts';
import { text } from '../input/field';
import { parseTemplate } from './template';

const filledText = (max: number, what: string) =>
	text(max)
		.transform((value) => value.trim())
		.refine((value) => value !== '', `is empty; write ${what}`);

/** A workflow to register: its template, and what is wanted of it. */
export const registrationSchema = z.strictObject({
	/** Unique among what is registered for one n8n instance: registering it again means this one. n8n takes 128 characters. */
	name: filledText(128, 'the name of the workflow'),
	/** A workflow as n8n exports it; see `parseTemplate`. */
	template: withFacts(
		z.unknown().transform((value) => parseTemplate(value)),
		{ form: 'json' },
	),
	/** Whether it should be published; undefined keeps what was wanted so far, at first that it is not. */
	isActive: z.boolean({ error: 'must be true or false; write true to publish the workflow' }).optional(),
	/** Puts the template back where people have edited the workflow in n8n; otherwise their edits stay. */
	overwrite: z
		.boolean({ error: 'must be true or false; write true to undo edits that were made in n8n' })
		.optional(),
	description: text(10_000).optional(),
	category: filledText(100, 'a category').optional(),
	/** Name of the n8n instance; undefined for the only one. */
	integration: filledText(255, 'the name of an n8n connection').optional(),
});
export type Registration = z.output<typeof registrationSchema>;
