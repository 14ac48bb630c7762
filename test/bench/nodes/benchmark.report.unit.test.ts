import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { writeBetweenMarkers } from '../../../bench/markers';
import { copyText } from '../../../bench/nodes/copy';
import { COPY, judgeGoals } from '../../../bench/nodes/goal';
import { makeLeads } from '../../../bench/nodes/leads';
import type { Measurement, NodesResult } from '../../../bench/nodes/result';
import { renderMarkdown, renderText } from '../../../bench/nodes/table';
import { pathOf, VARIANTS } from '../../../bench/nodes/variant';
import { runBench } from '../../../bench/main';

const measured = (name: string, ms: number): Measurement => ({
	name,
	leads: 10_000,
	runs: 5,
	ms,
	samples: [ms],
	range: [ms, ms],
	heapMb: 60,
	residentMb: null,
});

describe('the goals of the nodes', () => {
	it('compare the LMA node with the Postgres node and with a copy of the same number of leads', () => {
		const goals = judgeGoals([
			measured(COPY, 200),
			measured('LMA create', 500),
			measured('LMA create, error output', 1_000),
			measured('Postgres insert, single', 700),
			measured('Postgres insert, independently', 9_000),
			{ ...measured('LMA create', 1), leads: 1_000 },
		]);
		expect(goals.map(({ leads, ratio, isMet }) => [leads, ratio, isMet])).toEqual([
			[10_000, 1.4, false],
			[10_000, 9, true],
			[10_000, 2.5, false],
			[10_000, 1, true],
		]);
	});

	it('are said with the numbers, missed ones by name, for a terminal and for a Markdown file', () => {
		const measurements = [measured(COPY, 200), measured('LMA create', 800)];
		const result: NodesResult = {
			benchmark: 'nodes',
			startedAt: '2026-11-23T00:00:00.000Z',
			postgresql: '18.4',
			n8n: '2.40.7',
			machine: { cpu: 'Some', cores: 2, memoryGiB: 4, node: 'v24' },
			loadAverage: { begin: [0.1], end: [0.2] },
			measurements,
			goals: judgeGoals(measurements),
		};
		expect(renderText(result)).toContain('LMA create: times a raw copy into leads: 4.0, goal 1.8: MISSED');
		const file = join(inject('scratch'), 'nodes.md');
		writeFileSync(
			file,
			'Before\n<!-- bench nodes: begin, written by npm run bench -->\n<!-- bench nodes: end -->\nAfter',
		);
		writeBetweenMarkers(file, 'nodes', renderMarkdown(result));
		writeBetweenMarkers(file, 'nodes', renderMarkdown(result));
		const written = readFileSync(file, 'utf8');
		expect(written.match(/\| LMA create \| 800 \| 800–800 \| 4\.0 \| 60 \| {2}\|/g)).toHaveLength(1);
		expect(written).toContain('**missed**');
		expect(written).toMatch(/^Before\n/);
		expect(written).toMatch(/\nAfter$/);
		expect(() => writeBetweenMarkers(file, 'other', '')).toThrow('<!-- bench other: end -->');
	});
});

it('every variant has a webhook of its own', () => {
	expect(new Set(VARIANTS.map(pathOf)).size).toBe(VARIANTS.length);
});

it('leads of one series are the same each time, those of another have other addresses', () => {
	const [first, again, other] = [makeLeads(50, 'a', 1), makeLeads(50, 'a', 1), makeLeads(50, 'b', 1)];
	expect(again).toEqual(first);
	expect(new Set([...first, ...other].map(({ email }) => email)).size).toBe(100);
	const [line = ''] = copyText(1, 'a', 7).split('\n');
	expect(line.split('\t')).toHaveLength(11);
	expect(line).toMatch(/^lead0\.a@bench\.example\t.*\{"industry":"energy","employees":0\}\t7$/);
});

it.each([
	['--only', 'nothing such'],
	['--leads', '1000,many'],
	['--runs', '0'],
])('a wrong %s is refused before anything is started', async (option, value) => {
	const noted: string[] = [];
	const terminal = {
		env: {},
		print: () => undefined,
		note: (line: string) => void noted.push(line),
		readInput: () => Promise.resolve(null),
	};
	expect(await runBench(['nodes', option, value], terminal)).toBe(2);
	expect(noted.join('\n')).toContain(option);
});
