const LONGEST = 100;

/** The user name of whoever did not choose one: the address, as far as it fits. */
export function usernameOf(email: string): string {
	return Array.from(email).slice(0, LONGEST).join('');
}
