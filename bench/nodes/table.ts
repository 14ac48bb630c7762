import { formatTable } from '../../cli/terminal/table';
import { COPY } from './goal';
import type { Measurement, NodesResult } from './result';

const HEADINGS = ['written by', 'ms', 'from–to', '× copy', 'heap MB', 'resident MB'];

/** The result as aligned tables and a summary, for a terminal. */
export function renderText(result: NodesResult): string {
	const sections = sizesOf(result).map(
		(leads) => `${leads.toLocaleString('en')} leads\n\n${formatTable(HEADINGS, rowsOf(result, leads))}`,
	);
	return [...sections, goalsOf(result).join('\n')].join('\n\n');
}

export function renderMarkdown(result: NodesResult): string {
	const { machine, loadAverage, postgresql, n8n, startedAt } = result;
	const facts = [
		`- ${startedAt.slice(0, 10)}, n8n ${n8n}, PostgreSQL ${postgresql}, Node ${machine.node}, ${machine.cores} cores of`,
		`  ${machine.cpu}, ${machine.memoryGiB} GiB of memory`,
		`- load average at the beginning ${loadAverage.begin.join(', ')}, at the end ${loadAverage.end.join(', ')}`,
	].join('\n');
	const goals = goalsOf(result)
		.map((goal) => `- ${goal.replace('MISSED', '**missed**')}`)
		.join('\n');
	const sections = sizesOf(result).map((leads) => {
		const line = (cells: readonly (string | number | null)[]) =>
			`| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
		const rows = rowsOf(result, leads).map(line);
		const rule = line(HEADINGS.map((_, column) => (column === 0 ? '---' : '---:')));
		return `#### ${leads.toLocaleString('en')} leads\n\n${[line(HEADINGS), rule, ...rows].join('\n')}`;
	});
	return [facts, goals, ...sections].join('\n\n');
}

function sizesOf({ measurements }: NodesResult): number[] {
	return [...new Set(measurements.map(({ leads }) => leads))];
}

function rowsOf({ measurements }: NodesResult, leads: number): (string | number | null)[][] {
	const here = measurements.filter((measurement) => measurement.leads === leads);
	const copy = here.find(({ name }) => name === COPY);
	return here.map((measurement) => [
		measurement.name,
		showMs(measurement.ms),
		`${showMs(measurement.range[0])}–${showMs(measurement.range[1])}`,
		timesOf(measurement, copy),
		measurement.heapMb,
		measurement.residentMb,
	]);
}

function timesOf({ ms }: Measurement, copy: Measurement | undefined): string {
	return copy ? (ms / copy.ms).toFixed(1) : '';
}

function showMs(ms: number): string {
	return Math.round(ms).toLocaleString('en');
}

function goalsOf({ goals }: NodesResult): string[] {
	return goals.map(
		({ text, leads, ratio, goal, isMet }) =>
			`${leads.toLocaleString('en')} leads, ${text}: ${ratio.toFixed(1)}, goal ${goal}: ${isMet ? 'met' : 'MISSED'}`,
	);
}
