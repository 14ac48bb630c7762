import type postgres from 'postgres';
import { expect } from 'vitest';

import { connect } from '../../../db/connection/client';
import { diagnose, type Diagnosis } from '../../../schema/doctor/doctor';
import type { Thresholds } from '../../../schema/doctor/finding';
import { createTestDatabase, type TestDatabase } from '../../setup/database';

/** A database of its own that a test may make ill. */
export interface Patient {
	database: TestDatabase;
	/** Superuser. */
	sql: postgres.Sql;
	/** What the doctor says beyond `ok`, about everything or about one object. */
	complaints(object?: string, thresholds?: Partial<Thresholds>): Promise<Diagnosis[]>;
	/**
	 * Runs `provoke`, expects the doctor to name `object` in the words of `found`, does what it says, as often as it says
	 * something, and expects that nothing is left to say of the object.
	 */
	suffers(illness: Illness): Promise<void>;
	close(): Promise<void>;
}

export interface Illness {
	/** SQL, statement by statement. */
	provoke: string[];
	object: string;
	severity: 'warn' | 'problem';
	found: RegExp;
	thresholds?: Partial<Thresholds>;
}

export async function openPatient(): Promise<Patient> {
	const database = await createTestDatabase();
	const sql = connect(database.ownerUrl, { max: 2 });
	const complaints = async (object?: string, thresholds?: Partial<Thresholds>) =>
		(await diagnose(sql, thresholds)).filter(
			(diagnosis) => diagnosis.severity !== 'ok' && (!object || diagnosis.object === object),
		);
	return {
		database,
		sql,
		complaints,
		async suffers({ provoke, object, severity, found, thresholds }) {
			for (const statement of provoke) await sql.unsafe(statement);
			let left = await complaints(object, thresholds);
			expect(left.map((diagnosis) => diagnosis.found).join('\n')).toMatch(found);
			expect(left.find((diagnosis) => found.test(diagnosis.found))).toMatchObject({ severity });
			for (let round = 0; left.length > 0 && round < 3; round++) {
				for (const { remedy } of left) await sql.unsafe(remedy!);
				left = await complaints(object, thresholds);
			}
			expect(left).toEqual([]);
		},
		async close() {
			await sql.end();
			await database.drop();
		},
	};
}
