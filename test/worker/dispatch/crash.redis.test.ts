import { describeWithRedis, emptyRedis } from '../../setup/redis';
import { crashSuite } from './crash.suite';

describeWithRedis('with the queue in Redis', ({ url }) => {
	crashSuite(
		() => url,
		() => emptyRedis(url),
	);
});
