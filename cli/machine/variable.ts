/** The value of an environment variable; set but empty counts as not set, as in docker-compose files. */
export function readVariable(env: NodeJS.ProcessEnv, name: string): string | undefined {
	const value = env[name]?.trim();
	return value === '' ? undefined : value;
}
