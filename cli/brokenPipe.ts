import { codeOf } from '../domain/error/errorCause';

/** What a shell makes of SIGPIPE, which Node.js ignores: 128 and its number. */
const BROKEN_PIPE = 141;

/**
 * Ends this process like any other program when nobody reads what it prints any more (`lma worker --help | head -3`): at
 * once and without a word, or, where something runs that has to be stopped in order, by stopping that.
 */
export function endWithReader(
	streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr],
): void {
	for (const stream of streams) {
		stream.on('error', (error) => {
			if (codeOf(error) !== 'EPIPE') throw error;
			const isFirst = process.exitCode !== BROKEN_PIPE;
			process.exitCode = BROKEN_PIPE;
			if (process.listenerCount('SIGTERM') === 0) process.exit();
			if (isFirst) process.emit('SIGTERM', 'SIGTERM');
		});
	}
}
