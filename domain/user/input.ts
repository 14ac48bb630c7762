import { z } from 'zod/v4';

import { withFacts } from '../input/facts';
import { email, label, text } from '../input/field';
import { USER_ROLES } from './user';

export const newUserSchema = z.strictObject({
	email,
	username: text(100).min(1, 'is empty; choose one').optional(),
	firstName: text(100).min(1, 'is empty; write the first name'),
	lastName: text(100).min(1, 'is empty; write the last name'),
	role: label(USER_ROLES).default('SALES_REP'),
	timezone: withFacts(text(50), { isShown: true }).default('UTC'),
});
export type NewUser = z.input<typeof newUserSchema>;
