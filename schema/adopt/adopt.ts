import { Client, pgConfig } from '../../db/connection/pgConfig';
import { databaseLogin } from '../../db/connection/databaseLogin';
import { asDatabaseError } from '../../db/connection/error/databaseOrigin';
import { toLmaError } from '../../db/connection/error/toLmaError';
import { LmaError } from '../../domain/error/errors';
import { ensureRoles } from '../groupRoles';
import type { BackfillProgress } from './run/backfill';
import { type Catalogue, readCatalogue } from './catalogue/catalogue';
import type { Context } from './plan/context';
import { execute } from './run/execute';
import { inWords } from './run/failure';
import type { Finding } from './plan/finding';
import { finish } from './run/finish';
import { databaseOf, missingRoles, requireSameVersion, takeLock } from './run/guards';
import { planAll, refresh } from './plan/plan';
import { checkAdoptable } from './run/preflight';
import { beginRecord, readRecord } from './run/record';
import { readReference, type Reference } from './catalogue/reference';
import type { Patience } from './run/session';
import type { Lock, Step } from './plan/step';

export interface AdoptOptions {
	/** Do it. Without, nothing in the database is written. */
	apply?: boolean;
	/** An empty database for the migrations, when the login may not create one. */
	referenceUrl?: string | undefined;
	/** Roles of the other program that go on seeing every organization. */
	platformRoles?: readonly string[];
	/** Roles that may lose sight of rows. */
	ignoredRoles?: readonly string[];
	/** Milliseconds until a lock that is never free is given up. Default 10 minutes. */
	lockWaitMs?: number;
	/** Called before each step; `of` counts the steps known by then. */
	onStep?: (step: Step, index: number) => void;
	onProgress?: (progress: BackfillProgress) => void;
	/** Called when a lock was not free and will be asked for again. */
	onWait?: (table: string | null) => void;
	/** More to set up as lma_owner at the end, such as the tables of the queue. */
	afterwards?: (client: Client) => Promise<void>;
}

export interface ReportedStep {
	title: string;
	table: string | null;
	lock: Lock;
	/** The planner's estimate of rows read or written; 0 when no row is looked at. */
	rows: number;
}

export interface AdoptReport {
	database: string;
	status: 'planned' | 'adopted' | 'already adopted';
	/** Done now, or to be done. */
	steps: ReportedStep[];
	/** As they are after that. */
	findings: Finding[];
	/** What is still not as in a fresh database although it should be; empty when all is well. */
	remaining: string[];
}

/**
 * Brings a database that another program made after the schema document to ours, while that program goes on working; no
 * row is lost or rewritten. Without `apply` it only reports. Can be repeated: after an interruption it goes on, after
 * the end it looks for what the findings kept it from doing. Throws an `LmaError` before anything is changed when the
 * database cannot be adopted or a finding has to be answered first.
 */
export async function adopt(ownerUrl: string, options: AdoptOptions = {}): Promise<AdoptReport> {
	const login = databaseLogin(ownerUrl);
	const client = new Client({ application_name: 'lma adopt', ...pgConfig(login) });
	// A lost connection rejects the statement in hand; without a listener it would end the process as well.
	client.on('error', () => undefined);
	try {
		await client.connect();
	} catch (error) {
		throw toLmaError(asDatabaseError(error, login));
	}
	try {
		return await adoptWith(client, ownerUrl, options);
	} catch (error) {
		throw inWords(error);
	} finally {
		await client.end().catch(() => undefined);
	}
}

async function adoptWith(client: Client, ownerUrl: string, options: AdoptOptions): Promise<AdoptReport> {
	// Dates in bounds and checks mean UTC.
	await client.query("set timezone = 'UTC'; set client_min_messages = warning");
	const named = [...(options.platformRoles ?? [])];
	const login = await checkAdoptable(client, { needsDatabase: !options.referenceUrl, roles: named });
	await takeLock(client);
	const strangers = options.apply ? [] : await missingRoles(client);
	try {
		const reference = await readReference(client, ownerUrl, options.referenceUrl);
		const record = await readRecord(client);
		const live = await readCatalogue(client);
		if (record?.status === 'complete') await requireSameVersion(client, reference);
		const context: Context = {
			client,
			login,
			reference: reference.catalogue,
			live,
			baseline: record?.baseline ?? baselineOf(live),
			isComplete: record?.status === 'complete',
			platformRoles: unique([...(record?.platformRoles ?? []), ...named]),
			ignoredRoles: unique([...(record?.ignoredRoles ?? []), ...(options.ignoredRoles ?? [])]),
		};
		return await (options.apply ? applyPlan(context, reference, options) : report(context, reference));
	} finally {
		for (const role of strangers) await client.query(`drop role if exists ${role}`).catch(() => undefined);
	}
}

async function report(context: Context, reference: Reference): Promise<AdoptReport> {
	await context.client.query('set default_transaction_read_only = on');
	const { steps, findings } = await planAll(context, reference);
	await context.client.query('set default_transaction_read_only = off');
	return {
		database: await databaseOf(context.client),
		status: steps.length === 0 && context.isComplete ? 'already adopted' : 'planned',
		steps: steps.map(reported),
		findings,
		remaining: [],
	};
}

async function applyPlan(first: Context, reference: Reference, options: AdoptOptions): Promise<AdoptReport> {
	const { client } = first;
	const planned = await planAll(first, reference);
	requireAnswers(planned.findings);
	if (planned.steps.length === 0 && first.isComplete) {
		const database = await databaseOf(client);
		return { database, status: 'already adopted', steps: [], findings: planned.findings, remaining: [] };
	}
	await ensureRoles(client);
	await beginRecord(client, first);
	const patience: Patience = {
		lockWaitMs: options.lockWaitMs ?? 600_000,
		...(options.onWait && { onWait: options.onWait }),
	};
	const steps = await execute(first, reference, patience, options);
	await finish(first, reference, { patience, afterwards: options.afterwards });
	const context = { ...(await refresh(first)), isComplete: true };
	const left = await planAll(context, reference);
	return {
		database: await databaseOf(client),
		status: 'adopted',
		steps: steps.map(reported),
		findings: left.findings,
		remaining: left.steps.map(({ title }) => title),
	};
}

function requireAnswers(findings: Finding[]): void {
	const blocking = findings.filter(({ severity }) => severity === 'blocks');
	const [first] = blocking;
	if (!first) return;
	const others = blocking.length > 1 ? ` (and ${blocking.length - 1} more; \`lma adopt\` lists all)` : '';
	throw new LmaError(
		'ADOPTION_UNANSWERED',
		`Adoption cannot start: ${first.object}: ${first.consequence.replace(/\.$/, '')}${others}`,
		`Nothing was changed. ${first.remedy}`,
	);
}

function baselineOf(live: Catalogue): Context['baseline'] {
	return Object.fromEntries(
		live.tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]),
	);
}

function reported({ title, table, lock, rows }: Step): ReportedStep {
	return { title, table, lock, rows };
}

function unique(names: readonly string[]): string[] {
	return [...new Set(names)];
}
