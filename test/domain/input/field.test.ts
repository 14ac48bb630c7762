import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod/v4';

import { communicationFilterSchema } from '../../../db/communication/list';
import { leadFilterSchema } from '../../../db/lead/leadFilter';
import { newCommunicationSchema, scheduledCommunicationSchema } from '../../../domain/communication/input';
import { ValidationError } from '../../../domain/error/errors';
import { parseInput } from '../../../domain/input/parseInput';
import { leadPatchSchema, newLeadSchema } from '../../../domain/lead/input';
import { newNoteSchema } from '../../../domain/note/note';

describe('parseInput', () => {
	const note = { leadId: 1, content: 'x' };
	const lead = { email: 'a@x.test' };
	const schedule = { leadId: 1, communicationType: 'call', scheduledAt: '2030-01-01T00:00:00Z' };

	it.each<[string, z.ZodType, object, string, RegExp]>([
		['nothing where an address belongs', newLeadSchema, {}, 'email', /^email is missing$/],
		['nothing where an id belongs', newNoteSchema, { content: 'x' }, 'leadId', /^leadId is missing$/],
		['not an e-mail', newLeadSchema, { email: 'anna at home' }, 'email', /not an e-mail address$/],
		['score 140', newLeadSchema, { ...lead, score: 140 }, 'score', /from 0 to 100: 140$/],
		['an unknown status', newLeadSchema, { ...lead, status: 'WON' }, 'status', /one of NEW, .*: "WON"$/],
		['a NUL byte', newLeadSchema, { ...lead, firstName: 'A\0' }, 'firstName', /NUL/],
		['half a surrogate pair', newLeadSchema, { ...lead, firstName: 'A\ud800' }, 'firstName', /surrogate/],
		[
			'a NUL byte inside JSON',
			newLeadSchema,
			{ ...lead, customFields: { a: ['\0'] } },
			'customFields',
			/NUL/,
		],
		[
			'JSON too deep to be gone through',
			newLeadSchema,
			{ ...lead, customFields: { a: JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown } },
			'customFields',
			/nested more than 500 levels deep$/,
		],
		[
			'a bigint inside JSON',
			newLeadSchema,
			{ ...lead, customFields: { a: 1n } },
			'customFields',
			/not JSON$/,
		],
		[
			'a 10 MB note',
			newNoteSchema,
			{ ...note, content: 'x'.repeat(10_485_760) },
			'content',
			/100,000 characters/,
		],
		['an empty note', newNoteSchema, { ...note, content: ' ' }, 'content', /is empty/],
		['a name too long', newLeadSchema, { ...lead, company: 'x'.repeat(256) }, 'company', /255 characters/],
		[
			'a date in no format',
			scheduledCommunicationSchema,
			{ ...schedule, scheduledAt: 'soon' },
			'scheduledAt',
			/"soon"$/,
		],
		[
			'a time without a zone',
			scheduledCommunicationSchema,
			{ ...schedule, scheduledAt: '2030-01-01T00:00:00' },
			'scheduledAt',
			/not a date/,
		],
		[
			'a 30th of February',
			newLeadSchema,
			{ ...lead, expectedCloseDate: '2027-02-30' },
			'expectedCloseDate',
			/not a date/,
		],
		[
			'an id that is none',
			newNoteSchema,
			{ ...note, leadId: '1; drop table leads' },
			'leadId',
			/existing row/,
		],
		['an id past 32 bits', newNoteSchema, { ...note, leadId: 2 ** 31 }, 'leadId', /existing row/],
		['an unknown field', newLeadSchema, { ...lead, colour: 'red' }, 'colour', /^colour is not a field/],
	])('names the field of %s', (_, schema, input, field, message) => {
		expect(() => parseInput(schema, input)).toThrow(ValidationError);
		try {
			parseInput(schema, input);
		} catch (error) {
			expect(error).toMatchObject({ field });
			expect((error as ValidationError).message).toMatch(message);
			expect((error as ValidationError).description).not.toBe('');
		}
	});

	it('does not repeat personal data', () => {
		expect(() => parseInput(newLeadSchema, { email: 'anna at home' })).toThrow(/^(?!.*anna)email/);
	});

	it('counts characters as PostgreSQL does', () => {
		const name = '😀'.repeat(100);
		expect(parseInput(newLeadSchema, { ...lead, firstName: name })).toMatchObject({ firstName: name });
	});

	it.each([
		['newLead', newLeadSchema],
		['leadPatch', leadPatchSchema],
		['leadFilter', leadFilterSchema],
		['newNote', newNoteSchema],
		['newCommunication', newCommunicationSchema],
		['scheduledCommunication', scheduledCommunicationSchema],
		['communicationFilter', communicationFilterSchema],
	] as [string, z.ZodType][])('%s: any input ends in a value or a ValidationError', (_, schema) => {
		const keys = fc.constantFrom(
			'id',
			'leadId',
			'email',
			'firstName',
			'score',
			'tags',
			'customFields',
			'content',
			'status',
			'__proto__',
		);
		fc.assert(
			fc.property(fc.oneof(fc.anything(), fc.dictionary(keys, fc.anything())), (input) => {
				try {
					parseInput(schema, input);
				} catch (error) {
					expect(error).toBeInstanceOf(ValidationError);
				}
			}),
			{ numRuns: 500 },
		);
	});
});
