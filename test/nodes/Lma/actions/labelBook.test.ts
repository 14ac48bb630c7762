import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { byId, type LmaUnderTest, openLma } from '../lma';
import { recordStatements } from '../statements';

const statements = recordStatements();
let lma: LmaUnderTest;
let lead: number;

beforeAll(async () => {
	lma = await openLma();
	await lma.owner`
		insert into pipeline_labels (organization_id, kind, value, label, position, is_hidden)
		values
			(${lma.acme.id}, 'status', 'CLOSED_WON', 'Unterschrieben', 0, false),
			(${lma.acme.id}, 'status', 'PROPOSAL', 'Angebot', 1, true),
			(${lma.acme.id}, 'source', 'EVENT', 'Messe', 0, false),
			(${lma.globex.id}, 'status', 'CLOSED_LOST', 'Unterschrieben', 0, false)`;
	const [created] = await lma.output('lead.create', {
		email: 'a@example.com',
		firstName: 'A',
		lastName: 'B',
	});
	lead = Number(created?.id);
});
beforeEach(() => statements.splice(0));
afterAll(() => lma.close());

const lookedUp = () => statements.filter((text) => text.includes('from pipeline_labels'));

describe('the labels of the organization', () => {
	test('are taken wherever a value is, letter case aside', async () => {
		const [changed] = await lma.output('lead.changeStatus', { leadId: byId(lead), status: 'unterschrieben' });
		expect(changed).toMatchObject({ status: 'CLOSED_WON' });
		const [updated] = await lma.output('lead.update', {
			leadId: byId(lead),
			updateFields: { source: ' MESSE ', status: 'Angebot' },
		});
		expect(updated).toMatchObject({ source: 'EVENT', status: 'PROPOSAL' });
		const [mapped] = await lma.output(
			'lead.upsert',
			{ dataMode: 'columns', columns: { mappingMode: 'autoMapInputData', value: null } },
			[{ email: 'a@example.com', status: 'Unterschrieben' }],
		);
		expect(mapped).toMatchObject({ id: lead, status: 'CLOSED_WON' });
	});

	test('are taken in filters, one or several', async () => {
		for (const status of ['Unterschrieben', ['NEW', 'unterschrieben']]) {
			const found = await lma.output('lead.getMany', { filters: { status } });
			expect(found.map(({ id }) => id)).toEqual([lead]);
		}
		expect(await lma.output('report.leadSummary', { filters: { status: ['Unterschrieben'] } })).toHaveLength(
			1,
		);
	});

	test('are read once for all items, and not at all while items have values or their standard names', async () => {
		const items = Array.from({ length: 50 }, (_, n) => ({
			email: `n${n}@example.com`,
			status: n % 2 ? 'Unterschrieben' : 'NEW',
		}));
		const parameters = {
			email: '={{ $json.email }}',
			firstName: 'N',
			lastName: 'N',
			additionalFields: { status: '={{ $json.status }}' },
		};
		const created = await lma.output('lead.create', parameters, items);
		expect(created.slice(0, 2).map(({ status }) => status)).toEqual(['NEW', 'CLOSED_WON']);
		expect(lookedUp()).toHaveLength(1);
		statements.splice(0);
		await lma.output('lead.update', {
			leadId: byId(lead),
			updateFields: { status: 'closed won', source: 'EVENT' },
		});
		expect(lookedUp()).toHaveLength(0);
	});

	test('are those of one organization: another’s mean nothing here', async () => {
		const { error } = await lma.run('lead.update', {
			leadId: byId(lead),
			updateFields: { source: 'Unterschrieben' },
		});
		expect(error?.message).toContain('source must be one of Messe (EVENT), WEBSITE, EMAIL');
	});

	test('that nobody has fail their item alone', async () => {
		const { outputs } = await lma.run(
			'lead.update',
			{ leadId: byId(lead), updateFields: { status: '={{ $json.status }}' } },
			[{ status: 'Nirgends' }, { status: 'Angebot' }],
			{ onError: 'continueErrorOutput' },
		);
		expect(outputs[0]).toMatchObject([{ json: { status: 'PROPOSAL' }, pairedItem: { item: 1 } }]);
		expect(JSON.stringify(outputs[1])).toContain('Unterschrieben (CLOSED_WON)');
	});
});
