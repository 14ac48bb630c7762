import { OLDEST_SETTINGS } from '../../domain/workflow/settings';
import type { N8nClient } from '../../n8n/client';

/** Which settings of a workflow an n8n takes; asked once, and only where it matters. */
export class SettingsTaken {
	#asked: Promise<ReadonlySet<string>> | undefined;

	constructor(private readonly client: N8nClient) {}

	/** Those of n8n 2.8 where it does not say. @throws N8nError when it does not answer */
	read(): Promise<ReadonlySet<string>> {
		this.#asked ??= this.client.schema.workflowSettings().then((names) => names ?? OLDEST_SETTINGS);
		return this.#asked;
	}
}
