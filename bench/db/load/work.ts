import type postgres from 'postgres';

/** A piece of work for whichever connection is free. */
export interface Task {
	label: string;
	run(sql: postgres.Sql): Promise<unknown>;
}

/** Runs tasks in order over several connections; the first failure ends it once the running ones are done. */
export async function runTasks(
	connections: readonly postgres.Sql[],
	tasks: readonly Task[],
	onDone: (done: number, all: number, label: string) => void,
): Promise<void> {
	let next = 0;
	let done = 0;
	const drain = async (sql: postgres.Sql) => {
		for (let task = tasks[next++]; task; task = tasks[next++]) {
			try {
				await task.run(sql);
			} catch (error) {
				next = tasks.length;
				throw new Error(`${task.label}: ${error instanceof Error ? error.message : String(error)}`, {
					cause: error,
				});
			}
			onDone(++done, tasks.length, task.label);
		}
	};
	const outcomes = await Promise.allSettled(connections.map(drain));
	const failed = outcomes.find((outcome) => outcome.status === 'rejected');
	if (failed) throw failed.reason;
}

/** Splits rows 1 to `rows` into ranges of at most `size`. */
export function ranges(rows: number, size: number): [first: number, last: number][] {
	return Array.from({ length: Math.ceil(rows / size) }, (_, index) => [
		index * size + 1,
		Math.min(rows, (index + 1) * size),
	]);
}
