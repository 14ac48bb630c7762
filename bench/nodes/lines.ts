import type { Line, RunLine } from '../line';
import { medianRatio } from '../ratio';
import { round } from '../statistics';
import { COPY } from './goal';
import type { Measurement, NodesResult } from './result';

/** A run as lines of JSON: where it was, then every way of writing, beside a copy into the same table. */
export function linesOf({ measurements, ...run }: NodesResult): (RunLine | Line)[] {
	return [
		{ benchmark: 'nodes', run },
		...measurements.map((measurement) => {
			const { leads } = measurement;
			const copy = measurements.find((other) => other.name === COPY && other.leads === leads);
			return lineOf(measurement, copy);
		}),
	];
}

function lineOf({ name, leads, ms, samples, heapMb, residentMb }: Measurement, copy?: Measurement): Line {
	const ratio = copy ? medianRatio(samples, copy.samples) : null;
	return {
		benchmark: 'nodes',
		name,
		size: leads,
		ms,
		ratio: ratio && round(ratio.median),
		ratioError: ratio && round(ratio.error),
		buffers: null,
		floorBuffers: null,
		runs: samples.length,
		heapMb,
		residentMb,
	};
}
