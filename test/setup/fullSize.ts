/** The size of a test that takes minutes at its full size: that with LMA_FULL_SIZE=1, as `.ci/run` has it, else the small one. */
export function atFullSize(full: number, small: number): number {
	return process.env.LMA_FULL_SIZE === '1' ? full : small;
}
