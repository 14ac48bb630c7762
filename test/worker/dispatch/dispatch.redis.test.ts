import { describeWithRedis } from '../../setup/redis';
import { dispatchSuite } from './dispatch.suite';

describeWithRedis('dispatch with the queue in Redis', ({ url }) => {
	dispatchSuite(() => url);
});
