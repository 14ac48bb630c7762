import { readFileSync, writeFileSync } from 'node:fs';
import { GCProfiler, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How much more memory n8n's process had at its peak than at the start, in bytes. */
export interface MemoryPeak {
	/** Of the JavaScript heap, garbage included. */
	heapPeak: number;
	/** Of the resident set; null where the system does not tell. What earlier work has left free is not in it. */
	residentPeak: number | null;
}

interface Meter {
	profiler: GCProfiler;
	heap: number;
	resident: number | null;
}

let meter: Meter | undefined;
let collectGarbage: (() => void) | undefined;

/** Collects garbage, then looks at every later collection: no timer would run while a node is busy. */
export function startMeter(): void {
	if (!collectGarbage) {
		setFlagsFromString('--expose-gc');
		collectGarbage = runInNewContext('gc') as () => void;
	}
	collectGarbage();
	const profiler = new GCProfiler();
	meter = { profiler, heap: process.memoryUsage().heapUsed, resident: resetResident() };
	profiler.start();
}

/** The peaks since `startMeter`. */
export function readMeter(): MemoryPeak {
	if (!meter) throw new Error('Nothing is being measured');
	const { profiler, heap, resident } = meter;
	meter = undefined;
	const atCollections = profiler
		.stop()
		.statistics.map(({ beforeGC }) => beforeGC.heapStatistics.usedHeapSize);
	const highest = residentOf('VmHWM');
	return {
		heapPeak: Math.max(process.memoryUsage().heapUsed, ...atCollections) - heap,
		residentPeak: resident === null || highest === null ? null : highest - resident,
	};
}

/** Lets the kernel begin a new peak. Returns what is resident now. */
function resetResident(): number | null {
	try {
		writeFileSync('/proc/self/clear_refs', '5');
	} catch {
		return null;
	}
	return residentOf('VmRSS');
}

function residentOf(name: 'VmHWM' | 'VmRSS'): number | null {
	try {
		const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(
			readFileSync('/proc/self/status', 'utf8'),
		);
		return kilobytes ? Number(kilobytes[1]) * 1024 : null;
	} catch {
		return null;
	}
}
