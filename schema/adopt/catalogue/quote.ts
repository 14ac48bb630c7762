/** `public.leads` → `leads`; for names of what is made on it. */
export function bareName(qualified: string): string {
	return qualified.slice(qualified.indexOf('.') + 1).replaceAll('"', '');
}

export function quoteName(name: string): string {
	return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
	const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
	return text.includes('\\') ? `e${quoted}` : quoted;
}
