import { connect } from '../../../db/connection/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { changePipeline } from '../../../db/pipeline/pipeline';
import { withValues } from '../../../db/subscription/eventFilter';
import { closeSubscription, openSubscription } from '../../../db/subscription/subscription';
import { arranged } from '../../../domain/pipeline/arrange';
import { openTenant, type TestTenant } from '../../setup/tenant';

describe('the filter of a subscription', () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
		const owner = connect(acme.database.ownerUrl, { max: 1 });
		await changePipeline(owner, acme.organization.id, () =>
			arranged({
				status: [{ value: 'CLOSED_WON', label: 'Signed', isHidden: false }],
				source: undefined,
				leadTemperature: [{ value: 'hot', label: 'On fire', isHidden: false }],
			}),
		);
		await owner.end();
	});
	afterAll(() => acme.close());

	it('takes what the organization calls its statuses and temperatures', async () => {
		const filter = { statuses: ['signed', 'New', 'closed-lost'], temperatures: ['On Fire'], minScore: 3 };
		const opened = await acme.run((tx) =>
			openSubscription(tx, { name: 's', eventTypes: ['lead.statusChanged'], filter }),
		);
		expect(opened.filter).toEqual({
			statuses: ['CLOSED_WON', 'NEW', 'CLOSED_LOST'],
			temperatures: ['hot'],
			minScore: 3,
		});
		await acme.run((tx) => closeSubscription(tx, 's'));
	});

	it('names the labels there are when it has another', async () => {
		const opening = acme.run((tx) =>
			openSubscription(tx, { name: 's', eventTypes: ['lead.created'], filter: { statuses: ['Sold'] } }),
		);
		await expect(opening).rejects.toMatchObject({
			code: 'INVALID_VALUE',
			message: expect.stringMatching(/^statuses must be one of Signed \(CLOSED_WON\), .*: "Sold"$/) as string,
		});
	});

	it('asks nobody where it has values and their standard names alone', async () => {
		acme.statements.length = 0;
		const filter = await acme.run((tx) => withValues(tx, { statuses: ['NEW', 'Closed Won'] }));
		expect(filter).toEqual({ statuses: ['NEW', 'Closed Won'] });
		expect(acme.statements.filter((text) => text.includes('pipeline_labels'))).toEqual([]);
	});
});
