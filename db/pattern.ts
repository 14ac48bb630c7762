/** A pattern for `like` and `ilike` that texts with this part match; what has a meaning in patterns stands for itself. */
export function containing(part: string): string {
	return `%${part.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
