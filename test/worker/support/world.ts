import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { vi } from 'vitest';

import { connect } from '../../../db/connection/client';
import { type NewIntegration, saveIntegration } from '../../../db/integration/integration';
import { parseEncryptionKey } from '../../../db/integration/secret';
import { migrate } from '../../../schema/migration/migrate';
import { loadConfig, type WorkerConfig } from '../../../worker/config';
import { type RunningWorker, startWorker, type WorkerTuning } from '../../../worker/main';
import { migrateQueues } from '../../../schema/migration/migrateQueues';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';

export interface ScheduledMessage {
	type?: 'email' | 'sms' | 'call' | 'meeting' | 'linkedin';
	/** Seconds from now; negative is overdue. Default 0. */
	inSeconds?: number;
	subject?: string;
	content?: string;
	email?: string;
}

/** The columns of a communication that the dispatch writes. */
export interface CommunicationState {
	id: number;
	status: string;
	failureReason: string | null;
	dispatchAt: string | null;
	dispatchEpoch: number;
	dispatchStartedAt: string | null;
	scheduleVersion: number;
	completedAt: string | null;
}

export interface AttemptState {
	epoch: number;
	phase: string;
	error: string | null;
	providerId: string | null;
	idempotencyKey: string;
	bodyHash: string | null;
}

/** A migrated database with its queue tables, an organization, and everything a worker test does with them. */
export class World {
	/** As LMA_ENCRYPTION_KEY has it. */
	readonly encryptionKeyText = randomBytes(32).toString('hex');
	readonly encryptionKey = parseEncryptionKey(this.encryptionKeyText);
	readonly log: string[] = [];
	readonly #workers: RunningWorker[] = [];
	#count = 0;

	private constructor(
		readonly database: TestDatabase,
		/** As superuser. */
		readonly sql: postgres.Sql,
		/** As a login in lma_worker. */
		readonly workerSql: postgres.Sql,
		readonly organizationId: number,
		readonly redisUrl: string | undefined,
	) {}

	static async create(redisUrl?: string): Promise<World> {
		const database = await createTestDatabase();
		await migrate(database.ownerUrl, { afterwards: migrateQueues });
		const { id } = await seedOrganization(database.ownerUrl, 'acme');
		return new World(
			database,
			connect(database.ownerUrl),
			connect(database.workerUrl, { max: 4 }),
			id,
			redisUrl,
		);
	}

	async destroy(): Promise<void> {
		await this.stopWorkers();
		await Promise.all([this.sql.end({ timeout: 1 }), this.workerSql.end({ timeout: 1 })]);
		await this.database.drop();
	}

	config(overrides: Partial<WorkerConfig> = {}): WorkerConfig {
		const config = loadConfig({
			DATABASE_URL: this.database.workerUrl,
			LMA_HTTP_PORT: '0',
			LOG_LEVEL: 'trace',
		});
		return { ...config, redisUrl: this.redisUrl, encryptionKey: this.encryptionKey, ...overrides };
	}

	/** A worker in this process, on a queue of this test database, whose log lines are kept. */
	async startWorker(
		overrides: Partial<WorkerConfig> = {},
		tuning: WorkerTuning = {},
	): Promise<RunningWorker> {
		const worker = await startWorker(this.config(overrides), {
			queuePrefix: this.queuePrefix,
			logDestination: { write: (line) => void this.log.push(line) },
			...tuning,
			dispatch: { pollMs: 200, leaseSeconds: 5, sendTimeoutMs: 2_000, ...tuning.dispatch },
		});
		this.#workers.push(worker);
		return worker;
	}

	get queuePrefix(): string {
		return `{${new URL(this.database.ownerUrl).pathname.slice(1)}}`;
	}

	async stopWorkers(): Promise<void> {
		await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
	}

	integration(input: Omit<NewIntegration, 'organizationId'> & { organizationId?: number }) {
		return saveIntegration(this.sql, this.encryptionKey, { organizationId: this.organizationId, ...input });
	}

	/** One lead and one communication per message. Returns the ids of the communications, in order. */
	async schedule(messages: ScheduledMessage[], organizationId = this.organizationId): Promise<number[]> {
		const input = messages.map((message) => {
			const n = ++this.#count;
			return {
				ordinal: n,
				email: message.email ?? `lead${n}@receiver.test`,
				type: message.type ?? 'email',
				in_seconds: message.inSeconds ?? 0,
				subject: message.subject ?? `Subject ${n}`,
				content: message.content ?? `Content ${n}`,
			};
		});
		const rows = await this.sql<{ id: number }[]>`
			with input as materialized (
				select nextval('leads_id_seq')::int as lead_id, t.*
				from jsonb_to_recordset(${this.sql.json(input)}) as t(
					ordinal int, email text, type communication_type_enum, in_seconds float8, subject text, content text)
				order by ordinal
			), lead as (
				insert into leads (id, organization_id, email, first_name, last_name, phone)
				select lead_id, ${organizationId}, email, 'Ada', 'Lovelace', '+49 30 1234567'
				from input
				returning id
			)
			insert into communications (
				organization_id, lead_id, communication_type, direction, status, scheduled_at, subject, content)
			select ${organizationId}, lead_id, type, 'outbound', 'scheduled',
				now() + make_interval(secs => in_seconds), subject, content
			from input
			join lead on lead.id = input.lead_id
			order by ordinal
			returning id`;
		return rows.map(({ id }) => id);
	}

	async communication(id: number): Promise<CommunicationState> {
		const [row] = await this.sql<CommunicationState[]>`
			select id, status, failure_reason, dispatch_at, dispatch_epoch, dispatch_started_at, schedule_version, completed_at
			from communications
			where id = ${id}`;
		return row!;
	}

	attempts(id: number): Promise<AttemptState[]> {
		return this.sql<AttemptState[]>`
			select epoch, phase, error, provider_id, idempotency_key, body_hash
			from communication_attempts
			where communication_id = ${id}
			order by epoch`;
	}

	/** Lets time pass for rows that wait for a retry or for the end of a lease. */
	async makeDue(ids: number[]): Promise<void> {
		await this.sql`
			update communications
			set dispatch_at = now()
			where id in (select value::bigint from jsonb_array_elements_text(${this.sql.json(ids)}))
				and status = 'scheduled'`;
		await this.sql`select lma.notify_worker('dispatch')`;
	}

	/** Waits, for at most `timeout` milliseconds, until every one of them has this status. */
	async untilStatus(ids: number[], status: string, timeout = 25_000): Promise<void> {
		await until(async () => {
			const others = await this.sql<{ id: number; status: string; failureReason: string | null }[]>`
				select id, status, failure_reason
				from communications
				where id in (select value::bigint from jsonb_array_elements_text(${this.sql.json(ids)}))
					and status <> ${status}`;
			if (others.length > 0)
				throw new Error(`${others.length} are not ${status}, one is ${JSON.stringify(others[0])}`);
		}, timeout);
	}
}

/** Repeats `check` until it no longer throws, for at most `timeout` milliseconds. */
export function until<T>(check: () => T | Promise<T>, timeout = 25_000): Promise<T> {
	return vi.waitFor(check, { timeout, interval: 25 });
}
