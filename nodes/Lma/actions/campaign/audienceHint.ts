import type { Targeted } from '../../../../db/campaign/countTargeted';
import type { Campaign } from '../../../../domain/campaign/campaign';
import type { Row } from '../operation';

/** Says of campaigns that run whom they mean, where that may be a surprise: nobody. */
export function audienceHint(written: { row: Row | Row[] }[]): string | undefined {
	const silent = written.filter(({ row }) => {
		const { status, targetedLeads } = row as Partial<Targeted<Campaign>>;
		return status === 'active' && targetedLeads === 0;
	});
	if (silent.length === 0) return undefined;
	const which = silent.length === 1 ? 'This active campaign means' : `${silent.length} active campaigns mean`;
	return `${which} no lead: nobody is enrolled. Say in Target Criteria whom it is for; { "all": true } is everybody.`;
}
