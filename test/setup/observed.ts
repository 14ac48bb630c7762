import type postgres from 'postgres';

/** The pool, with the driver's hook set: `onStatement` is called with the text of every statement that is sent. */
export function observed(sql: postgres.Sql, onStatement: (text: string) => void): postgres.Sql {
	sql.options.debug = (_connection, text) => onStatement(text);
	return sql;
}
