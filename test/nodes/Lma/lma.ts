import type { IDataObject } from 'n8n-workflow';
import postgres from 'postgres';
import { Lma } from '../../../nodes/Lma/Lma.node';
import { closeConnections } from '../../../nodes/credential/connection';
import { runNode, type NodeRun, type NodeRunOptions } from '../../engine/engine';
import { createTestDatabase, seedOrganization, type SeededOrganization } from '../../setup/database';

/** Data of an `lmaApi` credential. */
export type CredentialFields = Record<
	'host' | 'database' | 'user' | 'password' | 'ssl' | 'caCertificate' | 'organization',
	string
> & { port: number };

/** The LMA node in the engine, on a database of its own with two organizations of three users each. */
export interface LmaUnderTest {
	acme: SeededOrganization;
	globex: SeededOrganization;
	/** Superuser: looks at what was written, past row security. */
	owner: postgres.Sql;
	/** Credential of acme. */
	credential: CredentialFields;
	/** Runs an operation (`lead.create`) for acme, one item per entry of `items`. */
	run(operation: string, parameters: Parameters, items?: IDataObject[], options?: Options): Promise<NodeRun>;
	/** The same, and returns the items' `json`. Throws the node's error when it has one. */
	output(
		operation: string,
		parameters: Parameters,
		items?: IDataObject[],
		options?: Options,
	): Promise<IDataObject[]>;
	close(): Promise<void>;
}

type Parameters = NodeRunOptions['parameters'];
type Options = Partial<NodeRunOptions>;

/** Makes the database. Call `close()` in `afterAll`. */
export async function openLma(): Promise<LmaUnderTest> {
	const database = await createTestDatabase();
	const acme = await seedOrganization(database.ownerUrl, 'acme', { users: 3 });
	const globex = await seedOrganization(database.ownerUrl, 'globex', { users: 3 });
	const owner = postgres(database.ownerUrl, { max: 2, onnotice: () => undefined });
	const credential = credentialOf(database.appUrl, 'acme');
	const run: LmaUnderTest['run'] = (operation, parameters, items = [{}], options = {}) =>
		runLma(credential, operation, parameters, items, options);
	return {
		acme,
		globex,
		owner,
		credential,
		run,
		async output(...call) {
			const { outputs, error } = await run(...call);
			if (error) throw new Error(`${error.message} | ${String(error.description)}`);
			return (outputs[0] ?? []).map(({ json }) => json);
		},
		async close() {
			await closeConnections();
			await owner.end();
			await database.drop();
		},
	};
}

/** Runs the LMA node with a credential, in the real engine. */
export async function runLma(
	credential: CredentialFields,
	operation: string,
	parameters: Parameters,
	items: IDataObject[],
	options: Options = {},
): Promise<NodeRun> {
	const [resource = '', name = ''] = operation.split('.');
	return await runNode({
		nodes: { 'n8n-nodes-lma.lma': new Lma() },
		credentials: { lmaApi: { ...credential } },
		type: 'n8n-nodes-lma.lma',
		parameters: { resource, operation: name, ...parameters },
		items,
		...options,
	});
}

/** The credential a user would fill in for this database URL. */
export function credentialOf(url: string, organization: string): CredentialFields {
	const { hostname, port, pathname, username, password } = new URL(url);
	return {
		host: hostname,
		port: Number(port || 5432),
		database: decodeURIComponent(pathname.slice(1)),
		user: decodeURIComponent(username),
		password: decodeURIComponent(password),
		ssl: 'disable',
		caCertificate: '',
		organization,
	};
}

/** A resource locator as n8n stores it. */
export function byId(id: number | string) {
	return { __rl: true, mode: 'id', value: typeof id === 'number' ? String(id) : id };
}
