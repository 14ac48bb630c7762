import { withoutPersonalData } from '../../../domain/cleanText';
import { codeOf, ErrorCause, readField } from '../../../domain/error/errorCause';
import { isSqlState } from '../../../domain/error/errorCode';

/**
 * SQLSTATEs by class whose texts speak of names in the schema, of rights, locks and limits, and of no value of a row: those of
 * class 23 name the constraint and keep the row for the detail. `LM` is raised by our own functions.
 */
const WITHOUT_VALUES = /^(0A|0L|0P|23|25|26|28|2B|2F|34|3B|3D|3F|40|42|53|54|55|57|58|LM)/;

/**
 * Why a statement of an administrator's command failed, for a message that names what has to be mended. The server's own
 * words where they cannot hold a value of a row; otherwise the SQLSTATE with table, column and constraint. Of anything else
 * its cleaned text.
 */
export function reasonInWords(thrown: unknown): string {
	const code = codeOf(thrown);
	const message = readField(thrown, 'message');
	const isOfServer = readField(thrown, 'severity') !== undefined || isSqlState(code);
	if (!isOfServer || typeof message !== 'string') return new ErrorCause(thrown).message;
	// A trigger of anybody's may raise what it likes, under any code.
	const isRaised = readField(thrown, 'routine') === 'exec_stmt_raise' && !code.startsWith('LM');
	if (WITHOUT_VALUES.test(code) && !isRaised) return withoutPersonalData(message);
	const names = ['table', 'column', 'constraint'].flatMap((kind) => {
		// As pg calls them, and as postgres.js does.
		const name = readField(thrown, kind) ?? readField(thrown, `${kind}_name`);
		return typeof name === 'string' ? [`${kind} ${name}`] : [];
	});
	return `SQLSTATE ${code || 'unknown'}${names.length > 0 ? ` (${names.join(', ')})` : ''}`;
}
