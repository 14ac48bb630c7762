import { z } from 'zod/v4';

import { withFacts } from '../input/facts';
import { text, workflowId } from '../input/field';
import { parseTemplate } from './template';

const filledText = (max: number, what: string) =>
	text(max)
		.transform((value) => value.trim())
		.refine((value) => value !== '', `is empty; write ${what}`);

/** The name of a workflow in n8n, which takes 128 characters. */
const workflowName = filledText(128, 'the name of the workflow').refine(
	(name) => !/\p{Cc}/u.test(name),
	'contains a control character, such as a line break or a tab; remove it',
);

const isActive = z.boolean({ error: 'must be true or false; write true to publish the workflow' }).optional();
const notes = {
	description: text(10_000).optional(),
	category: filledText(100, 'a category').optional(),
};

/** A workflow to register: its template, and what is wanted of it. */
export const registrationSchema = z.strictObject({
	/** Unique among what is registered for one n8n instance: registering it again means this one. */
	name: workflowName,
	/** A workflow as n8n exports it; see `parseTemplate`. */
	template: withFacts(
		z.unknown().transform((value) => parseTemplate(value)),
		{ form: 'json' },
	),
	/** Whether it should be published; undefined keeps what was wanted so far, at first that it is not. */
	isActive,
	/** Puts the template back where people have edited the workflow in n8n; otherwise their edits stay. */
	overwrite: z
		.boolean({ error: 'must be true or false; write true to undo edits that were made in n8n' })
		.optional(),
	...notes,
	/** Name of the n8n instance; undefined for the only one. */
	integration: filledText(255, 'the name of an n8n connection').optional(),
});
export type Registration = z.output<typeof registrationSchema>;

/** A workflow that people have made in n8n, to be registered as it is there. */
export const takingSchema = z.strictObject({
	workflowId,
	/** Whether it should be published; undefined leaves that as it is. */
	isActive,
	...notes,
});
export type Taking = z.output<typeof takingSchema>;

/** Another name for a registered workflow, here and in n8n. */
export const renamingSchema = z.strictObject({ workflowId, name: workflowName });
export type Renaming = z.output<typeof renamingSchema>;
