import type { Note } from '../../../../domain/note/note';
import { pick } from '../simplify';

/** What most people want of a note. */
export function simplify(note: Note) {
	return pick(note, ['id', 'leadId', 'userId', 'content', 'createdAt']);
}
