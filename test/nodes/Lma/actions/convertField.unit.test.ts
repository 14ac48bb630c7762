import { expect, test } from 'vitest';

import { ValidationError } from '../../../../domain/error/errors';
import { factsOf } from '../../../../domain/input/facts';
import { id, tags } from '../../../../domain/input/field';
import { jsonObject } from '../../../../domain/input/json';
import { convertField } from '../../../../nodes/Lma/actions/convertField';
import { nodeParameters } from '../../../../nodes/Lma/actions/commonParameters';

test('JSON that cannot be read is repeated where it can only be ids, and nowhere else', () => {
	const broken = (field: string, facts: object) => () =>
		convertField('["Ada"', field, facts, { zone: 'UTC' });
	expect(broken('leadIds', { ...factsOf(id), form: 'ids' })).toThrow('leadIds: "["Ada"" is not valid JSON');
	for (const [field, schema] of Object.entries({
		tags: tags.nullish(),
		customFields: jsonObject.optional(),
	})) {
		expect(broken(field, factsOf(schema))).toThrow(ValidationError);
		expect(broken(field, factsOf(schema))).toThrow(new RegExp(`^${field} is not valid JSON$`));
	}
});

test('what is known of nothing is text', () => {
	expect(convertField(41791234567, 'phone', {}, { zone: 'UTC' })).toBe('41791234567');
	expect(convertField('42', 'phone', {}, { zone: 'UTC' })).toBe('42');
	expect(
		convertField({ __rl: true, value: ' 42 ' }, 'leadId', factsOf(nodeParameters.shape.leadId), {
			zone: 'UTC',
		}),
	).toBe(42);
});
