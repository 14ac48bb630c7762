import { z } from 'zod/v4';

import { withFacts } from '../input/facts';
import { email, label, text } from '../input/field';
import { isZone } from '../outreach/sendRules';
import { USER_ROLES } from './user';

const fields = {
	email,
	username: text(100).min(1, 'is empty; choose one'),
	firstName: text(100).min(1, 'is empty; write the first name'),
	lastName: text(100).min(1, 'is empty; write the last name'),
	role: label(USER_ROLES),
	timezone: withFacts(text(50).refine(isZone, 'is not a time zone; write it as Europe/Vienna'), {
		isShown: true,
	}),
};

export const newUserSchema = z.strictObject({
	...fields,
	username: fields.username.optional(),
	role: fields.role.default('SALES_REP'),
	timezone: fields.timezone.default('UTC'),
});
export type NewUser = z.input<typeof newUserSchema>;

/** Changes to one user; what is left out stays. */
export const userPatchSchema = z.strictObject(fields).partial();
export type UserPatch = z.input<typeof userPatchSchema>;

/** What becomes of the open leads of a user who is deactivated. */
export type HandOver =
	/** They stay where they are. */
	| { to: 'nobody' }
	/** All of them go to this user. */
	| { to: 'user'; userId: number }
	/** They go to the active sales representatives of the organization. */
	| { to: 'roundRobin' | 'leastLoaded' };
