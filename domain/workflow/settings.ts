/**
 * What n8n has of a setting by itself: written out or left out, it means the same. Off n8n 2.40 (`removeDefaultValues` of
 * workflow-helpers, and its openapi.yml).
 */
const BY_ITSELF: Readonly<Record<string, unknown>> = {
	availableInMCP: false,
	callerIds: '',
	callerPolicy: 'workflowsFromSameOwner',
	executionTimeout: -1,
	redactionPolicy: 'none',
	timeSavedMode: 'fixed',
};

/** With this value n8n forgets a setting. It forgets none that is left out of a request, and of these it refuses `DEFAULT`. */
const FORGOTTEN_BY: Readonly<Record<string, unknown>> = {
	...BY_ITSELF,
	errorWorkflow: 'DEFAULT',
	timezone: 'DEFAULT',
};

/** Settings that n8n derives, whatever is written. */
const DERIVED = new Set(['binaryMode', 'credentialResolverId', 'engineType']);

/** What n8n 2.8 takes, the oldest with this API: for an instance that does not say what it takes. */
export const OLDEST_SETTINGS: ReadonlySet<string> = new Set([
	'callerPolicy',
	'errorWorkflow',
	'executionOrder',
	'executionTimeout',
	'saveDataErrorExecution',
	'saveDataSuccessExecution',
	'saveExecutionProgress',
	'saveManualExecutions',
	'timeSavedPerExecution',
	'timezone',
]);

/** The value of a setting as far as it says something; undefined when it is what n8n has by itself, or what only n8n sets. */
export function valueOfSetting(key: string, value: unknown): unknown {
	if (DERIVED.has(key) || !isGiven(value) || value === '') return undefined;
	return value === BY_ITSELF[key] ? undefined : value;
}

/** `DEFAULT` is what n8n exports for "not set", and refuses. */
function isGiven(value: unknown): boolean {
	return value !== undefined && value !== null && value !== 'DEFAULT';
}

/** What is sent to one n8n of the settings of a template, and what of them it does not know. */
export interface SentSettings {
	settings: Record<string, unknown>;
	unknown: string[];
}

/**
 * The settings of a template as one n8n takes them.
 * @param taken the names it knows
 * @param outdated settings that it has and is to forget, unless the template gives them
 */
export function settingsFor(
	template: Readonly<Record<string, unknown>>,
	{ taken, outdated = [] }: { taken: ReadonlySet<string>; outdated?: readonly string[] },
): SentSettings {
	const given = Object.entries(template).filter(([, value]) => isGiven(value));
	const names = new Set(given.map(([key]) => key));
	const forgotten = outdated
		.filter((key) => !names.has(key) && taken.has(key) && Object.hasOwn(FORGOTTEN_BY, key))
		.map((key) => [key, FORGOTTEN_BY[key]] as const);
	return {
		settings: Object.fromEntries([...given.filter(([key]) => taken.has(key)), ...forgotten]),
		unknown: given.map(([key]) => key).filter((key) => !taken.has(key)),
	};
}

/** Which of the settings that were sent n8n has another value of. */
export function settingsNotKept(
	sent: Readonly<Record<string, unknown>>,
	kept: Readonly<Record<string, unknown>> | null | undefined,
): string[] {
	return Object.keys(sent).filter((key) => {
		if (DERIVED.has(key)) return JSON.stringify(sent[key]) !== JSON.stringify(kept?.[key]);
		const [wanted, found] = [valueOfSetting(key, sent[key]), valueOfSetting(key, kept?.[key])];
		return JSON.stringify(wanted) !== JSON.stringify(found);
	});
}
