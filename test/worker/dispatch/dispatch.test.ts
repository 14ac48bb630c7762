import { describe } from 'vitest';
import { dispatchSuite } from './dispatch.suite';

describe('dispatch with the queue in PostgreSQL', () => {
	dispatchSuite(() => undefined);
});
