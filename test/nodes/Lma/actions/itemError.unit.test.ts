import { expect, test } from 'vitest';
import { z } from 'zod/v4';

import { NotFoundError, ValidationError } from '../../../../domain/error/errors';
import { leadId, userId } from '../../../../domain/input/field';
import { withField } from '../../../../nodes/Lma/actions/itemError';

const schema = z.object({
	createdBy: userId,
	duplicateIds: z.array(leadId),
	leadIds: z.array(leadId).transform((ids) => new Set(ids)),
	requestedFor: userId.nullish(),
	survivorId: leadId,
});

function fieldFor(entity: string, id: number, input: unknown) {
	return (withField(new NotFoundError(entity, id), input, schema) as { field?: string }).field;
}

test('an id that leads nowhere is named by the field it was given in', () => {
	expect(fieldFor('Lead', 5, 5)).toBe('leadId');
	expect(fieldFor('Campaign', 5, { id: 5, name: 'Autumn' })).toBe('campaignId');
	expect(fieldFor('Lead', 5, { campaignId: 5, leadIds: [4, 5] })).toBe('leadIds');
	expect(fieldFor('User', 7, { leadId: 5, createdBy: 7 })).toBe('createdBy');
	expect(fieldFor('Lead', 7, { survivorId: 5, duplicateIds: [6, 7] })).toBe('duplicateIds');
});

test('a field that holds the same number of another kind is not the one', () => {
	expect(fieldFor('User', 5, { leadId: 5, score: 5, assignedToId: 5 })).toBe('assignedToId');
	expect(fieldFor('Lead', 5, { campaignId: 5, leadId: 5 })).toBe('leadId');
	expect(fieldFor('User', 5, { leadId: 5, value: 5 })).toBe('userId');
});

test('the schema decides whose id it is, not how the field is called', () => {
	expect(fieldFor('User', 5, { survivorId: 5, requestedFor: 5 })).toBe('requestedFor');
	expect(fieldFor('User', 5, { survivorId: 5, editedById: 5 })).toBe('userId');
});

test('other errors keep the field they have', () => {
	const error = new ValidationError('score', 'score must be from 0 to 100: 140', 'Correct score.');
	expect(withField(error, { score: 140 })).toBe(error);
});
