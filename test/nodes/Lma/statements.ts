import { afterAll, beforeAll, vi } from 'vitest';

import * as client from '../../../db/connection/client';
import { observed } from '../../setup/observed';

/** Every statement that nodes send while the tests of this file run, by the real client. */
export function recordStatements(): string[] {
	const statements: string[] = [];
	const { connect } = client;
	beforeAll(() => {
		vi.spyOn(client, 'connect').mockImplementation((login, options) =>
			observed(connect(login, options), (text) => statements.push(text)),
		);
	});
	afterAll(() => {
		vi.mocked(client.connect).mockRestore();
	});
	return statements;
}
