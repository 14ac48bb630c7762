import { findKnown, isOfStatement } from '../../../domain/error/errorCode';
import { ConnectionError, LmaError, ValidationError } from '../../../domain/error/errors';
import { STATEMENT_ERRORS } from '../../../domain/error/statementCode';
import type { DriverError } from './driverError';

/** What lma.use_organization() and row security raise themselves; their texts hold nothing of another organization. */
export function tenancyFailure({ code, message, hint, cause }: DriverError): LmaError | undefined {
	switch (code) {
		case 'LM001':
			return new ConnectionError(
				'ORGANIZATION_NOT_FOUND',
				message || 'Organization not found',
				'Check the organization slug. `lma org list` shows the existing ones.',
				{ cause },
			);
		case 'LM004':
			return new ConnectionError(
				'ORGANIZATION_INACTIVE',
				message || 'The organization is deactivated',
				'Nothing of it can be read, changed or sent until `lma org reactivate` was run.',
				{ cause },
			);
		case 'LM002':
			return new LmaError(
				'INVALID_SETTING',
				message || 'An LMA setting is not an id',
				hint ?? 'Choose the organization with lma.use_organization().',
				{ cause },
			);
		case 'LM003':
			return new ValidationError(
				'actorId',
				message || 'The acting user does not belong to the organization',
				hint ?? 'Name one of its users.',
				{ cause },
			);
	}
	return undefined;
}

/** What PostgreSQL says of a statement; undefined for what it did not say. */
export function statementFailure(driver: DriverError): LmaError | undefined {
	const { code, constraint, column, isOfServer, cause } = driver;
	const known = findKnown(STATEMENT_ERRORS, code);
	if (known) return new LmaError(known.code, `Database: ${known.message}`, known.remedy, { cause });
	if (!isOfServer) return undefined;
	const field = column ?? constraint ?? 'value';
	if (code === '23503') {
		return new ValidationError(
			field,
			`A referenced row does not exist (${constraint ?? 'foreign key'})`,
			'Check the ids: they must belong to the organization of the credential.',
			{ cause },
		);
	}
	if (code === '23505') {
		return new LmaError(
			'ALREADY_EXISTS',
			`Already exists (${constraint ?? 'unique'})`,
			'Update the existing row instead.',
			{ cause },
		);
	}
	if (isTooLarge(driver)) {
		return new ValidationError(
			constraint ?? 'value',
			`A text or a JSON value is too large to be stored (${constraint ?? `SQLSTATE ${code}`})`,
			'Shorten the values of this item: each may have at most 16 MB, counting JSON as written out.',
			{ cause },
		);
	}
	if (/^2[23]/.test(code) && !(isOfStatement(code) && column === undefined)) {
		return new ValidationError(
			field,
			`A value cannot be stored (${constraint ?? `SQLSTATE ${code}`})`,
			'Check the values of this item.',
			{ cause },
		);
	}
	return new LmaError(
		`DATABASE_${code}`,
		`Database error ${code}`,
		'Check the PostgreSQL log for the cause.',
		{ cause },
	);
}

/**
 * Larger than the checks on sizes allow, or than PostgreSQL can write out to measure it: above 1 GB (54000, and for the last
 * bytes below that an internal error, whose text is never translated).
 */
function isTooLarge({ code, constraint, message }: DriverError): boolean {
	switch (code) {
		case '23514':
			return constraint?.endsWith('_sizes_in_range') ?? false;
		case '54000':
			return true;
		case 'XX000':
			return message.startsWith('invalid memory alloc request size');
	}
	return false;
}
