import { describeWithRedis, emptyRedis } from '../../setup/redis';
import { syncScheduleSuite } from './schedule.suite';

describeWithRedis('scans with the queue in Redis', ({ url }) => {
	syncScheduleSuite(
		() => url,
		() => emptyRedis(url),
	);
});
