import { cpus, loadavg, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from '../../cli/machine/packageRoot';
import { untilInterrupted } from '../interruption';
import { median, round } from '../statistics';
import { copyText, timeCopy } from './copy';
import { BARE_COPY, COPY, judgeGoals } from './goal';
import type { Measurement, NodesResult } from './result';
import { type Variant, VARIANTS } from './variant';
import { buildNodesWorld, type NodesWorld } from './world';

export interface NodesOptions {
	/** Numbers of leads, ascending. */
	leads: readonly number[];
	/** Runs of every variant at each of them, besides one to warm up; a third of them above 10,000 leads. */
	runs: number;
	/** Only variants whose name contains one of these. */
	only?: readonly string[];
	/** `NODE_OPTIONS` of n8n, such as `--cpu-prof --cpu-prof-dir=…`. */
	nodeOptions?: string;
	onProgress: (text: string) => void;
}

/** Above it a run takes minutes, and a third of the runs has to do. */
const MANY = 10_000;

const WARMING = 1_000;

interface Sample {
	ms: number;
	heap: number | null;
	resident: number | null;
}

/** Starts a PostgreSQL and an n8n of its own, runs every variant in turns and removes what it made. */
export async function runNodesBenchmark(options: NodesOptions): Promise<NodesResult> {
	const { only = [''], nodeOptions, onProgress } = options;
	const variants = VARIANTS.filter(({ name }) => only.some((part) => name.includes(part)));
	const building = buildNodesWorld(variants, onProgress, nodeOptions);
	const world = await untilInterrupted(building);
	try {
		return await untilInterrupted(measure(world, variants, options));
	} finally {
		await world.stop();
	}
}

async function measure(
	world: NodesWorld,
	variants: readonly Variant[],
	{ leads, runs, onProgress }: NodesOptions,
): Promise<NodesResult> {
	const startedAt = new Date().toISOString();
	const begin = loadavg();
	const [version] = await world.database.sql<{ server_version: string }[]>`show server_version`;
	const measurements: Measurement[] = [];
	// Not counted: what the first runs take is the compiler's.
	await runSize(world, variants, Math.min(WARMING, ...leads), 1, () => onProgress('first runs, not counted'));
	for (const count of leads) {
		const rounds = count > MANY ? Math.ceil(runs / 3) : runs;
		const onTurn = (turn: number, name: string) =>
			onProgress(`${count.toLocaleString('en')} leads, run ${turn} of ${rounds}: ${name}`);
		measurements.push(...(await runSize(world, variants, count, rounds, onTurn)));
	}
	return {
		benchmark: 'nodes',
		startedAt,
		postgresql: version?.server_version ?? 'unknown',
		n8n: n8nVersion(),
		machine: describeMachine(),
		loadAverage: { begin: begin.map((load) => round(load, 2)), end: loadavg().map((load) => round(load, 2)) },
		measurements,
		goals: judgeGoals(measurements),
	};
}

/** Every variant once, then every variant again: what else the machine does meets all alike. */
async function runSize(
	world: NodesWorld,
	variants: readonly Variant[],
	count: number,
	runs: number,
	onTurn: (turn: number, name: string) => void,
): Promise<Measurement[]> {
	const samples = new Map<string, Sample[]>();
	const keep = (name: string, sample: Sample) => samples.set(name, [...(samples.get(name) ?? []), sample]);
	for (let turn = 1; turn <= runs; turn++) {
		for (const table of ['leads', 'bare_leads'] as const) {
			const name = table === 'leads' ? COPY : BARE_COPY;
			onTurn(turn, name);
			keep(name, await runCopy(world, table, count));
		}
		for (const variant of variants.filter(({ below = Infinity }) => count < below)) {
			onTurn(turn, variant.name);
			keep(variant.name, await runVariant(world, variant, count));
		}
	}
	return [...samples].map(([name, taken]) => summarise(name, count, taken));
}

let series = 0;

async function runCopy(
	{ database }: NodesWorld,
	table: 'leads' | 'bare_leads',
	count: number,
): Promise<Sample> {
	const text = copyText(count, `copy${series++}`, database.organizationId);
	await database.reset();
	return { ms: await timeCopy(database.sql, table, text), heap: null, resident: null };
}

async function runVariant(world: NodesWorld, variant: Variant, count: number): Promise<Sample> {
	const name = `run${series++}`;
	await world.database.reset();
	if (variant.isRepeated) {
		const text = copyText(count, name, world.database.organizationId);
		await timeCopy(world.database.sql, 'leads', text);
		await world.database.sql`checkpoint`;
	}
	const { nodeMs, meter } = await world.run(variant, count, name);
	return { ms: nodeMs, heap: meter?.heapPeak ?? null, resident: meter?.residentPeak ?? null };
}

function summarise(name: string, leads: number, samples: readonly Sample[]): Measurement {
	const times = samples.map(({ ms }) => ms);
	return {
		name,
		leads,
		runs: samples.length,
		ms: round(median(times), 4),
		samples: times.map((time) => round(time, 4)),
		range: [round(Math.min(...times)), round(Math.max(...times))],
		heapMb: megabytes(samples.map(({ heap }) => heap)),
		residentMb: megabytes(samples.map(({ resident }) => resident)),
	};
}

function megabytes(bytes: readonly (number | null)[]): number | null {
	const known = bytes.filter((value) => value !== null);
	return known.length === 0 ? null : Math.round(median(known) / 1_000_000);
}

function n8nVersion(): string {
	const manifest = readFileSync(join(packageRoot(), 'cli', 'n8n', 'pinned', 'package.json'), 'utf8');
	return (JSON.parse(manifest) as { dependencies: { n8n: string } }).dependencies.n8n;
}

function describeMachine(): NodesResult['machine'] {
	const processors = cpus();
	return {
		cpu: processors[0]?.model.trim() ?? 'unknown',
		cores: processors.length,
		memoryGiB: Math.round(totalmem() / 2 ** 30),
		node: process.version,
	};
}
