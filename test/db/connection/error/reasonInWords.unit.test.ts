import { expect, it } from 'vitest';

import { reasonInWords } from '../../../../db/connection/error/reasonInWords';

function ofServer(code: string, message: string, fields: object = {}): Error {
	return Object.assign(new Error(message), { code, severity: 'ERROR', ...fields });
}

it.each([
	['42601', 'syntax error at or near "selec"'],
	['42704', 'role "lma_owner" does not exist'],
	['42501', 'permission denied to create role'],
	['23505', 'could not create unique index "leads_email_key"'],
	['55P03', 'canceling statement due to lock timeout'],
	['LM001', 'No organization was chosen'],
])('repeats what the server says with SQLSTATE %s: it names no value', (code, message) => {
	expect(reasonInWords(ofServer(code, message))).toBe(message);
});

it('names instead of a value that the server repeats the code and the place', () => {
	const message = 'invalid input syntax for type integer: "geheim"';
	expect(reasonInWords(ofServer('22P02', message))).toBe('SQLSTATE 22P02');
	const place = { table: 'leads', column: 'score', constraint: 'leads_score_in_range' };
	const words = 'SQLSTATE 22003 (table leads, column score, constraint leads_score_in_range)';
	expect(reasonInWords(ofServer('22003', message, place))).toBe(words);
	const ofPostgresJs = { table_name: 'leads', column_name: 'score', constraint_name: 'leads_score_in_range' };
	expect(reasonInWords(ofServer('22003', message, ofPostgresJs))).toBe(words);
});

it('repeats nothing that a trigger of somebody raises', () => {
	for (const code of ['P0001', '23514', '42501'])
		expect(reasonInWords(ofServer(code, 'no geheim', { routine: 'exec_stmt_raise' }))).toBe(
			`SQLSTATE ${code}`,
		);
});

it('says of all else its cleaned text', () => {
	expect(reasonInWords(new Error('no mail to ada@example.com'))).toBe('no mail to [address]');
	expect(reasonInWords(undefined)).toBe('something that is not an error: undefined');
});
