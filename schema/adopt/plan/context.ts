import type { Client } from '../../../db/connection/pgConfig';
import { type Catalogue, findTable, type Table } from '../catalogue/catalogue';
import type { Finding } from './finding';
import type { Baseline } from '../run/record';
import type { Step } from './step';

export interface Login {
	name: string;
	isSuperuser: boolean;
	/** May set session_replication_role, so that a backfill fires nobody's triggers. */
	canSilenceTriggers: boolean;
}

/** What every part of the plan is made from. */
export interface Context {
	/** The live database; while planning it is only read. */
	client: Client;
	login: Login;
	/** As the migrations make it. */
	reference: Catalogue;
	/** As it is now. */
	live: Catalogue;
	/** Columns of each table before anything was done to it. */
	baseline: Baseline;
	/** Everything was done once; what is found now has come since. */
	isComplete: boolean;
	/** Roles that go on seeing every organization. */
	platformRoles: string[];
	/** Roles that row security may blind. */
	ignoredRoles: string[];
}

/** A part of the plan: the steps still to be done, in order, and what stands in their way. */
export interface Part {
	steps: Step[];
	findings: Finding[];
}

export type Planner = (context: Context) => Part | Promise<Part>;

/** Tables of ours that are there already, as they are and as they should be. */
export function sharedTables({ reference, live }: Context): { wanted: Table; found: Table }[] {
	return reference.tables.flatMap((wanted) => {
		const found = findTable(live, wanted.name);
		return found ? [{ wanted, found }] : [];
	});
}
