import { describe } from 'vitest';
import { listOperations } from '../../../../nodes/Lma/actions/operationRegister';
import { describeHostileParameters } from './hostile';

// Two files, so that two processes share the work.
describe('hostile parameters, every other operation from the first', () => {
	describeHostileParameters(listOperations().filter((_operation, position) => position % 2 === 0));
});
