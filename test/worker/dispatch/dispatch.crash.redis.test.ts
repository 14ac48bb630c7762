import { describeWithRedis, emptyRedis } from '../../setup/redis';
import { crashSuite } from './dispatch.crash.suite';

describeWithRedis('with the queue in Redis', ({ url }) => {
	crashSuite(
		() => url,
		() => emptyRedis(url),
	);
});
