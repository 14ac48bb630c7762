import { z } from 'zod/v4';

import { withFacts } from '../input/facts';
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

const slug = withFacts(
	text(100).regex(
		/^[a-z0-9][a-z0-9-]*$/,
		'is not a slug; use lowercase letters, digits and hyphens, such as acme-eu',
	),
	{ isShown: true },
);
const name = text(255).min(1, 'is empty; name the organization');

/** What is said of an organization besides its names; null is nothing. */
const details = {
	description: text(10_000).nullish(),
	website: text(255).nullish(),
	industry: text(100).nullish(),
	size: text(50).nullish(),
	subscriptionTier: text(50).min(1, 'is empty; name the tier').optional(),
	billingEmail: email.nullish(),
};

export const newOrganizationSchema = z.strictObject({ slug, name, ...details });
export type NewOrganization = z.input<typeof newOrganizationSchema>;

/** Changes to an organization. What is left out stays, null clears it. */
export const organizationPatchSchema = z.strictObject({
	slug: slug.optional(),
	name: name.optional(),
	...details,
});
export type OrganizationPatch = z.input<typeof organizationPatchSchema>;
