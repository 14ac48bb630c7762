import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, inject, it } from 'vitest';

import { runBench } from '../../../bench/main';

const measured = (ratio: number) =>
	`{"benchmark":"db","name":"listLeads newest","organization":"tiny","size":1000,"ms":0.4,"ratio":${ratio},"ratioError":0.01,"buffers":5,"floorBuffers":5}`;
const run = '{"benchmark":"db","run":{"leads":1000}}';

let printed: string[] = [];
let noted: string[] = [];
const terminal = {
	env: {},
	print: (line: string) => void printed.push(line),
	note: (line: string) => void noted.push(line),
	readInput: () => Promise.resolve(null),
};
const compare = async (before: string, after: string, ...options: string[]) => {
	const files = [before, after].map((text, index) => {
		const file = join(inject('scratch'), `compare${index}.json`);
		writeFileSync(file, text);
		return file;
	});
	return await runBench(['compare', ...files, ...options], terminal);
};

beforeEach(() => {
	printed = [];
	noted = [];
});

it('says what became slower, and ends with 1 when something did', async () => {
	const table = 'some table for people\n\n';
	expect(await compare(`${table}${run}\n${measured(1)}\n`, `${run}\n${measured(1.4)}`)).toBe(1);
	expect(printed.join('\n')).toBe(
		'WORSE\n  db: listLeads newest (tiny) at 1,000: 1.00 (± 0.01) → 1.40 (± 0.01) × its floor\n\n1 compared, 1 worse, 0 better',
	);
	expect(await compare(measured(1.4), measured(1), '--json')).toBe(0);
	expect(JSON.parse(printed.at(-1)!)).toMatchObject({ compared: 1, better: [{}], worse: [] });
	expect(noted).toEqual([]);
});

it.each([
	['nothing measured', 'hello', 'has no measured lines. Give the output of npm run bench'],
	['a line cut off', `${measured(1)}\n{"benchmark":"db","na`, 'Line 2 of'],
	['a number that is none', measured(1).replace('0.4', '"fast"'), 'is no measured line: ms'],
])('refuses a file with %s', async (_title, text, message) => {
	expect(await compare(text, measured(1))).toBe(1);
	expect(noted.join('\n')).toContain(message);
});
