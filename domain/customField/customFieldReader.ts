import type { FieldProblem } from '../error/errors';
import type { DateRules } from '../input/dateTime';
import { type CustomField, nameOf } from './customField';
import { readCustomFieldValue } from './customFieldValue';
import {
	asFreeText,
	type INVALID_FIELD_POLICIES,
	type InvalidField,
	toInvalidField,
	uncheckedKey,
} from './invalidField';
import { LOST_DIGITS, losesDigits } from './lostDigits';

type Values = Record<string, unknown>;

interface ReadingRules {
	policy: (typeof INVALID_FIELD_POLICIES)[number];
	dates: DateRules;
}

/** Reads the custom fields of one lead by the register, and gathers all that is wrong with them. */
export class CustomFieldReader {
	readonly problems: FieldProblem[] = [];
	readonly invalidFields: InvalidField[] = [];
	private readonly leftOut = new Map<string, FieldProblem>();

	constructor(
		private readonly register: ReadonlyMap<string, CustomField>,
		private readonly rules: ReadingRules,
	) {}

	/**
	 * Registered values as they are stored, free ones as they are. An empty text is no value; null takes one away.
	 *
	 * @param isChange to those that the lead has: a right value then takes away the wrong one that was kept
	 */
	read(values: Values, { isChange = false } = {}): Values {
		return Object.fromEntries(
			Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
				const field = this.register.get(key);
				const reading = field ? this.readRegistered(field, value) : readFree(key, value);
				if (!reading) return [];
				if (reading.problem) return this.settle(key, value, reading.problem);
				const isKept = isChange && field !== undefined && value !== null && this.rules.policy === 'keep';
				return [...(isKept ? [nothingIn(key)] : []), [key, reading.value]];
			}),
		);
	}

	/** Why a field has no value although one was given; undefined when none was. */
	refusalOf({ key }: CustomField): FieldProblem | undefined {
		return this.leftOut.get(key);
	}

	private readRegistered(field: CustomField, value: unknown) {
		if (value === '' || value === undefined) return undefined;
		if (value !== null) return readCustomFieldValue(field, value, this.rules.dates);
		return field.isRequired ? { problem: cannotBeNull(field) } : { value: null };
	}

	private settle(key: string, value: unknown, problem: FieldProblem): [string, unknown][] {
		if (this.rules.policy === 'refuse') {
			this.problems.push(problem);
			return [];
		}
		this.leftOut.set(key, problem);
		const kept = this.rules.policy === 'keep' && value !== null ? asFreeText(value) : null;
		this.invalidFields.push(toInvalidField(problem, kept === null ? null : uncheckedKey(key)));
		return kept === null ? [] : [[uncheckedKey(key), kept]];
	}
}

function nothingIn(key: string): [string, null] {
	return [uncheckedKey(key), null];
}

function readFree(
	key: string,
	value: unknown,
): { value: unknown; problem?: undefined } | { problem: FieldProblem } {
	if (!losesDigits(value)) return { value };
	const field = nameOf({ key: key.length <= 60 ? key : `${key.slice(0, 57)}…` });
	const [problem, description] = LOST_DIGITS;
	return { problem: { field, message: `${field} ${problem}`, description } };
}

function cannotBeNull(field: CustomField): FieldProblem {
	const name = nameOf(field);
	return {
		field: name,
		message: `${name} cannot be null`,
		description: 'Every lead needs it: give a value, or leave the field out.',
	};
}
