import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute or more at their full size. */
const LONG =
	/\/(Lma\/hostile\/(first|second)|adopt\/(adopt|kill|live)|dispatch\/crash\.redis|dispatch\/crash)\.test\.ts$/;

/** Begins with the files that take longest: last, one of them would run while the other workers have nothing to do. */
export class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const sorted = await super.sort(files);
		const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
		return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
	}
}
