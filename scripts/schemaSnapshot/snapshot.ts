import { Client, pgConfig } from '../../db/connection/pgConfig';
import { readCatalogue } from '../../schema/adopt/catalogue/catalogue';
import { printSchema } from './print';

const HEADER = `-- What the migrations in this folder make, object by object: for reading, and for seeing in a diff what a migration
-- changes. Printed from the catalogue by \`npm run schema\`, alike on every server; a test holds it against a freshly migrated
-- database. Never run: \`lma migrate\` makes the schema.
`;

/** `migrations/schema.sql` as the database at `url`, where all migrations have run, says it. Needs a member of lma_owner. */
export async function takeSnapshot(url: string): Promise<string> {
	const client = new Client({ ...pgConfig(url), application_name: 'lma schema' });
	await client.connect();
	try {
		return `${HEADER}\n${printSchema(await readCatalogue(client))}`;
	} finally {
		await client.end();
	}
}
