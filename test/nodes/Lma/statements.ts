import { afterAll, beforeAll, vi } from 'vitest';

import * as client from '../../../db/connection/client';

/** Every statement that nodes send while the tests of this file run: the real client, with its hook switched on. */
export function recordStatements(): string[] {
	const statements: string[] = [];
	const { connect } = client;
	beforeAll(() => {
		vi.spyOn(client, 'connect').mockImplementation((login, options) =>
			connect(login, { ...options, onStatement: (text) => statements.push(text) }),
		);
	});
	afterAll(() => {
		vi.mocked(client.connect).mockRestore();
	});
	return statements;
}
