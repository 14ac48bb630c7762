import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { listCampaignChoices } from '../../db/campaign/listChoices';
import { inCredentialsOrganization } from '../Lma/methods/listSearch';

/** Most that a drop-down shows; n8n has no pages for one in which several are chosen. With more, an id by expression is the way. */
const MOST = 1000;

/** The campaigns of the organization, newest first. */
export async function getCampaigns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const campaigns = await inCredentialsOrganization(this, (sql) => listCampaignChoices(sql, { limit: MOST }));
	return campaigns.map(({ id, name, detail }) => ({
		name,
		value: id,
		...(detail && { description: detail }),
	}));
}
