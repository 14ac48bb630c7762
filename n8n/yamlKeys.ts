/**
 * The keys of a mapping in a YAML document in block style, as n8n's openapi.yml is: those below `path`. Empty when there is no
 * such mapping. No parser of YAML: a key is a word and a colon at its indentation.
 */
export function keysAt(yaml: string, path: readonly string[]): string[] {
	const keys: string[] = [];
	/** Indentation of the keys of the path that have been entered. */
	const entered: number[] = [];
	let inner: number | undefined;
	for (const line of yaml.split('\n')) {
		const [, space = '', key] = /^( *)(?:'|")?([\w.-]+)(?:'|")?:(?:\s|$)/.exec(line) ?? [];
		if (key === undefined) continue;
		const indent = space.length;
		if (entered.length === path.length) {
			if (indent <= (entered.at(-1) ?? 0)) return keys;
			inner ??= indent;
			if (indent === inner) keys.push(key);
			continue;
		}
		while (entered.length > 0 && indent <= (entered.at(-1) ?? 0)) entered.pop();
		if (key === path[entered.length] && (entered.length > 0 || indent === 0)) entered.push(indent);
	}
	return keys;
}
