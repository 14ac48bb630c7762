import type { Logger } from 'n8n-workflow';
import { expect, test } from 'vitest';

import { toLmaError } from '../../db/connection/databaseError';
import { NotFoundError } from '../../domain/errors';
import { logMistakes } from '../../nodes/mistake';

test('a mistake of LMA leaves its stack in the log of n8n, once, and nothing else does', () => {
	const lines: [string, unknown][] = [];
	const logger = { error: (message: string, data: unknown) => void lines.push([message, data]) };
	const mistake = toLmaError(new TypeError("Cannot read 'x' of ada@example.com"));
	logMistakes(logger as unknown as Logger, [mistake, new NotFoundError('Lead', 5), mistake]);
	expect(lines).toHaveLength(1);
	const written = JSON.stringify(lines);
	expect(written).toContain('mistake.unit.test');
	expect(written).not.toContain('ada@example.com');
});
