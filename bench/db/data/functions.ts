import type postgres from 'postgres';

import type { Scale } from '../scale';
import { type OrganizationShare, zipfThresholds } from './distribution';
import { COMPANY_KINDS, COMPANY_WORDS, FIRST_NAMES, JOB_TITLES, LAST_NAMES } from './words';

/** Has no common factor with a number of leads that is made of twos, fives and small primes. */
const STEP = 611_953;

/**
 * Makes the schema `bench` with the functions that the statements of the generator draw from. Nothing is random: every
 * value follows from the number of its row, so the same scale and day give the same data on every machine.
 */
export async function createFunctions(
	sql: postgres.Sql,
	scale: Scale,
	shares: readonly OrganizationShare[],
	/** The end of the generated history; the future begins here. */
	today: Date,
): Promise<void> {
	if (scale.leads % STEP === 0) throw new Error(`Choose another number of leads than ${scale.leads}`);
	let running = 0;
	const lastPositions = shares.map(({ leads }) => (running += leads)).slice(0, -1);
	await sql.unsafe(`
		create schema if not exists bench;

		-- From 0 up to 1, always the same for the same row and purpose.
		create or replace function bench.unit(row_number bigint, purpose integer) returns float8
		language sql immutable parallel safe
		return (hashint8extended(row_number, purpose) & 4294967295)::float8 / 4294967296;

		create or replace function bench.today() returns timestamptz
		language sql immutable parallel safe
		return '${today.toISOString()}'::timestamptz;

		-- A moment of the last so many days, as far along as the row is among all.
		create or replace function bench.moment(row_number bigint, among integer, days integer) returns timestamptz
		language sql immutable parallel safe
		return bench.today() - make_interval(secs => (1 - row_number::float8 / among) * days * 86400);

		-- Leads of one organization lie spread over the whole table, as they do when many write.
		create or replace function bench.organization_of(lead bigint) returns integer
		language sql immutable parallel safe
		return 1 + width_bucket((lead * ${STEP} % ${scale.leads})::float8, '{${lastPositions.join(',')}}'::float8[]);

		-- The first users of an organization own the most; an eighth of the leads has no owner.
		create or replace function bench.owner_of(lead bigint) returns integer
		language sql immutable parallel safe
		return case when bench.unit(lead, 1) >= 0.125 then
			('{${shares.map(({ firstUser }) => firstUser).join(',')}}'::int[])[bench.organization_of(lead)]
			+ floor(power(bench.unit(lead, 2), 2)
				* ('{${shares.map(({ users }) => users).join(',')}}'::int[])[bench.organization_of(lead)])::int
		end;

		-- Whom an interaction is with, of the leads that there were by then: some have thousands, the latest none.
		create or replace function bench.contacted_lead(row_number bigint, among integer, purpose integer) returns integer
		language sql immutable parallel safe
		return 1 + floor(${scale.leads} * (row_number::float8 / (among + 1)) * power(bench.unit(row_number, purpose), 1.6))::int;

		${drawing('first_name', FIRST_NAMES)}
		${drawing('last_name', LAST_NAMES)}
		${drawing('company_word', COMPANY_WORDS)}
		${drawing('company_kind', COMPANY_KINDS)}
		${drawing('job_title', JOB_TITLES)}`);
}

/** A function that gives the k-th word for a share of 1/k of the units. */
function drawing(name: string, list: readonly string[]): string {
	return `
		create or replace function bench.${name}(unit float8) returns text
		language sql immutable parallel safe
		return (${textArray(list)})[1 + width_bucket(unit, '{${zipfThresholds(list.length).join(',')}}'::float8[])];`;
}

/** A list as an array literal of SQL. */
export function textArray(list: readonly string[]): string {
	return `array[${list.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ')}]::text[]`;
}
