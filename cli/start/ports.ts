import { CommandFailedError } from '../terminal/failure';
import { isPortFree } from '../machine/freePort';
import { readVariable } from '../machine/variable';

/** A port that `lma start` is going to listen on. */
export interface WantedPort {
	port: number;
	/** What listens there, for people. */
	usedBy: string;
	/** The environment variable that moves it. */
	variable: string;
}

/**
 * Reads a port from the environment.
 * @throws CommandFailedError when the value is no port.
 */
export function readPort(
	env: NodeJS.ProcessEnv,
	variable: string,
	fallback: number,
	usedBy: string,
): WantedPort {
	const text = readVariable(env, variable) ?? String(fallback);
	const port = Number(text);
	if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
		throw new CommandFailedError(
			`${variable} is "${text}". It should be a port from 1 to 65535, such as ${fallback}.`,
		);
	}
	return { port, usedBy, variable };
}

/** @throws CommandFailedError naming every port that something else listens on, and the variable that moves it. */
export async function requireFreePorts(wanted: WantedPort[]): Promise<void> {
	const taken: string[] = [];
	for (const { port, usedBy, variable } of wanted) {
		if (await isPortFree(port)) continue;
		taken.push(
			`Port ${port} for ${usedBy} is taken by another program. Stop that program, or set ${variable} to a free port.`,
		);
	}
	if (taken.length > 0) throw new CommandFailedError(taken.join('\n'));
}
