import { DatabaseError } from '../../../db/connection/pgConfig';
import { asDatabaseError } from '../../../db/connection/error/databaseOrigin';
import { reasonInWords } from '../../../db/connection/error/reasonInWords';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { LmaError } from '../../../domain/error/errors';

/** What PostgreSQL says of a statement names tables and columns of the other program, and no value of a row. */
export function inWords(error: unknown): LmaError {
	const isOfStatement =
		error instanceof DatabaseError &&
		!/^(08|28|3D|53|57)/.test(error.code ?? '') &&
		error.severity !== 'FATAL';
	if (
		!(error instanceof DatabaseError) &&
		error instanceof Error &&
		error.message.startsWith('Connection terminated')
	)
		return new LmaError(
			'CONNECTION_LOST',
			'The connection was lost during the adoption',
			'Run it again: it continues where it stopped.',
			{ cause: error },
		);
	if (!isOfStatement) return toLmaError(asDatabaseError(error));
	return new LmaError(
		'ADOPTION_FAILED',
		`Adoption stopped while it compared the database with a fresh one: ${reasonInWords(error)}`,
		'Fix what it names, then run it again: it continues where it stopped.',
		{ cause: error },
	);
}
