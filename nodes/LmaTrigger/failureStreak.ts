import { toLmaError } from '../../db/connection/error/toLmaError';
import type { LmaError } from '../../domain/error/errors';

/** Shorter failures heal before anybody could have done something. */
const PATIENCE_MS = 60_000;

/** Whether trying again will not help: somebody has to change the credential, the database or a right. */
export function needsPerson(error: LmaError): boolean {
	return error.traits.needsPerson;
}

/** Failures in a row, and when to speak of them. */
export class FailureStreak {
	#failures = 0;
	#since = 0;

	/** @param isKnown true when somebody was told before this began, such as by the trigger that was restarted for it */
	constructor(private isKnown: boolean) {}

	/** So many since the last success. */
	get failures(): number {
		return this.#failures;
	}

	/** Counts a failure. Returns the error when it is time to tell somebody, once until the next success. */
	add(cause: unknown, now = Date.now()): LmaError | undefined {
		const error = toLmaError(cause);
		if (this.#failures === 0) this.#since = now;
		this.#failures += 1;
		const isTime = (needsPerson(error) && this.#failures > 1) || now - this.#since >= PATIENCE_MS;
		if (this.isKnown || !isTime) return undefined;
		this.isKnown = true;
		return error;
	}

	/** It works. */
	end(): void {
		this.#failures = 0;
		this.isKnown = false;
	}
}
