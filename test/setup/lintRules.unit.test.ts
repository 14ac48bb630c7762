import path from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

/** Without types, which none of the restrictions needs and which take seconds to read. */
const eslint = new ESLint({
	cwd: path.resolve(__dirname, '../..'),
	overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
	ruleFilter: ({ ruleId }) => ruleId.startsWith('no-restricted-'),
});

/** The restrictions that a file of this path breaks when it holds this code. */
async function brokenBy(filePath: string, code: string): Promise<string[]> {
	const [result] = await eslint.lintText(code, { filePath });
	return result!.messages.map(({ ruleId, message }) => ruleId ?? message);
}

// Loading the linter takes seconds, or half a minute on a busy machine, and is no test's matter.
beforeAll(async () => {
	await brokenBy('domain/backOff.ts', '');
}, 120_000);

describe('a rule of the domain cannot reach', () => {
	it.each([
		['the clock', 'Date.now()'],
		['the clock', 'new Date()'],
		['the clock', 'Date()'],
		['the clock', "Date['now']()"],
		['the clock', 'performance.now()'],
		['the clock', "import { DateTime } from 'luxon';\nDateTime.now()"],
		['the clock', "import { DateTime } from 'luxon';\nDateTime.utc()"],
		['the clock', "import { DateTime } from 'luxon';\nDateTime.local({ zone: 'utc' })"],
		['a timer', 'setTimeout(() => {}, 10)'],
		['a timer', 'setInterval(() => {}, 10)'],
		['the network', "await fetch('https://n8n.test')"],
		['the network', "new WebSocket('wss://n8n.test')"],
		['the environment', 'Object.keys(process.env)'],
		['the environment', 'navigator.language'],
		['the world by its other name', "globalThis['process']"],
		['the output', "console.log('here')"],
		['chance', 'Math.random()'],
		['chance', 'crypto.randomUUID()'],
		['chance', "import { randomBytes } from 'node:crypto';\nrandomBytes(8)"],
	])('%s: %s', async (_what, code) => {
		expect(await brokenBy('domain/backOff.ts', `${code};\n`)).toEqual([
			expect.stringMatching(/^no-restricted-/),
		]);
	});

	it('and may do with what it is given as it likes', async () => {
		const code = `
			import { createHash } from 'node:crypto';
			import { DateTime } from 'luxon';
			export const given = (now: number, iso: string) => [
				new Date(now), Date.parse(iso), DateTime.fromISO(iso), DateTime.utc(2026, 3, 1), Math.max(now, 1),
				URL.canParse(iso), createHash('sha256').update(iso), JSON.stringify(structuredClone({ now })),
			];\n`;
		expect(await brokenBy('domain/backOff.ts', code)).toEqual([]);
	});

	it('but what runs outside may', async () => {
		expect(await brokenBy('worker/drain.ts', 'Date.now() + Math.random();\n')).toEqual([]);
	});
});

describe('a test does not sleep', () => {
	it.each([
		"import { setTimeout as sleep } from 'node:timers/promises';\nawait sleep(100);\n",
		"import timers from 'timers/promises';\nawait timers.setTimeout(100);\n",
		'await new Promise((resolve) => setTimeout(resolve, 100));\n',
		'setInterval(() => {}, 100);\n',
	])('%j', async (code) => {
		expect(await brokenBy('test/setup/until.ts', code)).toEqual([expect.stringMatching(/^no-restricted-/)]);
	});

	it('and may clear what it is given, and fake time', async () => {
		const code = "import { vi } from 'vitest';\nclearTimeout(1);\nvi.useFakeTimers();\n";
		expect(await brokenBy('test/setup/until.ts', code)).toEqual([]);
	});
});
