import postgres from 'postgres';

/** What a statement gave: its rows, or its error in full, and every notice. As text, to be compared. */
export type Outcome = string;

/** One connection of a tenant that runs statement after statement, each in a transaction of its own. */
export class Session {
	readonly #sql: postgres.Sql;
	#notices: string[] = [];

	constructor(
		url: string,
		/** Runs at the start of every transaction. */
		readonly enter: string,
	) {
		this.#sql = postgres(url, {
			max: 1,
			idle_timeout: 0,
			max_lifetime: null,
			fetch_types: false,
			onnotice: ({ message }) => this.#notices.push(String(message)),
		});
	}

	/** Makes what the statements use: a function that tells whatever it is called with. */
	async open(): Promise<this> {
		await this.#sql.unsafe(`
			set statement_timeout = '20s';
			create function pg_temp.spy(seen text) returns boolean language plpgsql cost 0.0001
			as $$ begin raise notice 'seen: %', seen; return true; end $$`);
		return this;
	}

	/** Runs a statement, or several, and takes it back unless it is to be kept. */
	async run(statement: string, { keep = false } = {}): Promise<Outcome> {
		await this.#sql.unsafe(`deallocate all; begin; ${this.enter}`);
		this.#notices = [];
		const outcome = await this.#outcomeOf(statement).catch((error: unknown) => ({ error: describe(error) }));
		const notices = this.#notices.sort();
		await this.#sql.unsafe(keep ? 'commit' : 'rollback');
		return JSON.stringify({ outcome, notices });
	}

	async #outcomeOf(statement: string): Promise<unknown> {
		if (statement.startsWith('copy ')) return await text(await this.#sql.unsafe(statement).readable());
		const results = await this.#sql.unsafe(statement);
		// One result, or a list of them.
		const each = (Array.isArray(results[0]) ? [...results] : [results]) as postgres.RowList<postgres.Row[]>[];
		return each.map((result) => ({
			command: result.command,
			count: result.count,
			// In no order, unless the statement asks for one.
			rows: [...result].map((row) => JSON.stringify(row)).sort(),
		}));
	}

	close(): Promise<void> {
		return this.#sql.end();
	}
}

async function text(stream: AsyncIterable<Buffer>): Promise<string[]> {
	const chunks: string[] = [];
	for await (const chunk of stream) chunks.push(chunk.toString());
	return chunks.join('').split('\n').sort();
}

/** All that PostgreSQL says of an error. */
function describe(error: unknown): Record<string, unknown> {
	if (!(error instanceof Error)) return { thrown: String(error) };
	const {
		stack: _stack,
		query: _query,
		parameters: _parameters,
		...fields
	} = error as Error & Record<string, unknown>;
	return { ...fields, message: error.message };
}
