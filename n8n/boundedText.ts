/**
 * The body of an answer as text, or null when it has more than `mostBytes` once unpacked: a few hundred bytes of brotli
 * can stand for gigabytes. What is too long is not read to its end.
 */
export async function textUpTo(response: Response, mostBytes: number): Promise<string | null> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
		length += chunk.byteLength;
		if (length > mostBytes) return null;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}
