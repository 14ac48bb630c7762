/** Why n8n is not as wanted, where n8n itself refused nothing. */
export class NotAsWanted extends Error {}

export function gone(): NotAsWanted {
	return new NotAsWanted('n8n no longer has it.');
}
