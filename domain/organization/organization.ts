import { z } from 'zod/v4';

import { email, text } from '../input/field';

/** A row of `organizations`. */
export interface Organization {
	id: number;
	name: string;
	slug: string;
	description: string | null;
	website: string | null;
	industry: string | null;
	size: string | null;
	settings: Record<string, unknown> | null;
	subscriptionTier: string;
	billingEmail: string | null;
	isActive: boolean;
	createdAt: string;
	updatedAt: string;
}

export const newOrganizationSchema = z.strictObject({
	slug: text(100).regex(/^[a-z0-9][a-z0-9-]*$/, 'is not a slug; use lowercase letters, digits and hyphens'),
	name: text(255).min(1, 'is empty; name the organization'),
	billingEmail: email.nullish(),
});
export type NewOrganization = z.input<typeof newOrganizationSchema>;
