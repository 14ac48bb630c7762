import { routineCall } from './routineCall';
import type { Secret } from './secret';
import { reading, type Statement } from './statement';
import type { Tape } from './tape';
import type { Vocabulary } from './vocabulary';
import { write } from './write';

/** A random statement of a tenant: reads in all forms, through anything that can hold a query, writes, function calls. */
export function statementFrom(tape: Tape, words: Vocabulary, { kind }: Secret): Statement {
	const dice = tape.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
	if (dice < 5) return { about: reading(tape, words, kind), canKeep: false, isVolatile: false };
	if (dice < 9) return write(tape, words, kind);
	return routineCall(tape, words, kind);
}
