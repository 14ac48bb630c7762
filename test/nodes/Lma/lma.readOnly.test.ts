import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { connect } from '../../../db/connection/client';
import { toLmaError } from '../../../db/connection/error/toLmaError';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { operations } from '../../../nodes/Lma/actions/lead/Lead.resource';
import { listOperations } from '../../../nodes/Lma/actions/operationRegister';
import { readCredential } from '../../../nodes/credential/connection';
import { Lma } from '../../../nodes/Lma/Lma.node';
import { hasPgBouncer, startPgBouncer } from '../../setup/pgbouncer';
import { byId, type CredentialFields, credentialOf, type LmaUnderTest, openLma, runLma } from './lma';

let lma: LmaUnderTest;
let readOnly: CredentialFields & { readOnly: boolean };
let leadId: number;

beforeAll(async () => {
	lma = await openLma();
	readOnly = { ...lma.credential, readOnly: true };
});
afterAll(async () => {
	await lma.close();
});
beforeEach(async () => {
	await lma.owner`delete from leads`;
	const [lead] = await lma.output('lead.create', { email: 'a@example.com', firstName: 'A', lastName: 'B' });
	leadId = lead?.id as number;
});

const newLead = { email: 'new@example.com', firstName: 'N', lastName: 'N' };
const writes = listOperations().filter(({ operation }) => operation.access === 'write');
const reads = listOperations().filter(({ operation }) => operation.access === 'read');

describe('with a read-only credential', () => {
	test.each(writes.map((write) => [`${write.resource}.${write.name}`, write.operation] as const))(
		'%s is refused before any parameter is read, and says what to do',
		async (operation, { description }) => {
			const unreadable = Object.fromEntries(description.map(({ name }) => [name, '={{ nonsense( }}']));
			const { outputs, error } = await runLma(readOnly, operation, unreadable, [{}, {}]);
			expect(outputs).toEqual([]);
			expect(error).toMatchObject({
				name: 'NodeOperationError',
				message: `${operation} changes data, and the LMA credential is read-only`,
				description: expect.stringMatching(/another credential/) as unknown,
			});
		},
	);

	test('every item goes to the error output, and nothing is written', async () => {
		const { outputs, error } = await runLma(readOnly, 'lead.create', newLead, [{ n: 0 }, { n: 1 }], {
			onError: 'continueErrorOutput',
		});
		expect(error).toBeUndefined();
		expect(outputs[0]).toEqual([]);
		expect(outputs[1]).toMatchObject(
			[0, 1].map((item) => ({
				json: { n: item, details: { code: 'READ_ONLY_CREDENTIAL' } },
				pairedItem: { item },
			})),
		);
		expect(await lma.owner`select from leads`).toHaveLength(1);
	});

	test('what only looks works as ever', async () => {
		const { outputs, error } = await runLma(readOnly, 'lead.get', { leadId: byId(leadId) }, [{}]);
		expect(error).toBeUndefined();
		expect(outputs[0]).toMatchObject([{ json: { id: leadId } }]);
	});

	test('the test of the credential says so', async () => {
		expect(await testOf(readOnly)).toEqual({
			status: 'OK',
			message: 'Connected to organization acme, read-only: operations that change something are refused',
		});
		expect(await testOf(lma.credential)).toEqual({
			status: 'OK',
			message: 'Connected to organization acme',
		});
	});

	test.each([
		[true, true],
		['true', true],
		[false, false],
		['false', false],
		[undefined, false],
	])('%j in the credential, as an expression may give it, means %j', (given, meant) => {
		expect(readCredential({ ...lma.credential, readOnly: given }).readOnly).toBe(meant);
	});

	test.each([['yes'], [1], [''], [null]])('%j is refused rather than taken for no', (given) => {
		expect(() => readCredential({ ...lma.credential, readOnly: given })).toThrow(
			'The field "readOnly" of the LMA credential is neither true nor false',
		);
	});
});

test('operations that say they read are run where nothing can be written, whatever the credential', async () => {
	expect(reads.length).toBeGreaterThan(5);
	const { get } = operations;
	// A `get` that is made to write.
	Object.assign(operations, {
		get: { ...get, execute: (tx: postgres.Sql) => tx`delete from leads returning id` },
	});
	const { error } = await lma.run('lead.get', { leadId: byId(leadId) });
	Object.assign(operations, { get });
	expect(error?.message).toMatch(/nothing may be changed here/);
	expect(await lma.owner`select from leads`).toHaveLength(1);
});

describe.skipIf(!hasPgBouncer() && !process.env.LMA_REQUIRE_PGBOUNCER)(
	'behind PgBouncer in transaction mode',
	() => {
		let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
		let client: postgres.Sql;
		let credential: CredentialFields;
		beforeAll(async () => {
			const { host, port, user, password, database } = lma.credential;
			bouncer = await startPgBouncer(`postgresql://${user}:${password}@${host}:${String(port)}/${database}`);
			client = connect(bouncer.url, { max: 2 });
			credential = credentialOf(bouncer.url, 'acme');
		});
		afterAll(async () => {
			await client.end();
			await bouncer.stop();
		});

		test('the database refuses what gets past the node', async () => {
			const writing = inOrganization(client, 'acme', (tx) => createLeads(tx, [newLead]), { readOnly: true });
			expect(await writing.catch(toLmaError)).toMatchObject({ code: 'DATABASE_READ_ONLY' });
			expect(await lma.owner`select from leads`).toHaveLength(1);
		});

		test('it ends with the transaction: others write on the same server connection, in turn with it', async () => {
			const runs = Array.from({ length: 20 }, async (_, n) => {
				const { error } =
					n % 2
						? await runLma({ ...credential, readOnly: true } as CredentialFields, 'lead.getMany', {}, [{}])
						: await runLma(credential, 'lead.create', { ...newLead, email: `n${String(n)}@x.test` }, [{}]);
				expect(error).toBeUndefined();
			});
			await Promise.all(runs);
			expect(await lma.owner`select from leads`).toHaveLength(11);
		});
	},
);

async function testOf(credential: CredentialFields) {
	return await new Lma().methods.credentialTest.lmaApiTest.call({} as never, {
		id: '1',
		name: 'LMA',
		type: 'lmaApi',
		data: credential,
	});
}
