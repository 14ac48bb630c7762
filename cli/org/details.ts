import type { Command } from 'commander';

/** What is said of an organization besides its names, as options. */
export interface DetailOptions {
	description?: string;
	website?: string;
	industry?: string;
	size?: string;
	tier?: string;
	billingEmail?: string;
}

/** Adds the options that `readDetails` understands. */
export function addDetailOptions(command: Command): Command {
	return command
		.option('--description <text>', 'what it is')
		.option('--website <url>', 'its website')
		.option('--industry <name>', 'its industry')
		.option('--size <name>', 'its size, such as startup, small, medium, large or enterprise')
		.option('--tier <name>', 'its subscription, such as free')
		.option('--billing-email <address>', 'where invoices are sent');
}

/** The details that were given, as the domain names them; an empty text clears one. */
export function readDetails({ tier, ...options }: DetailOptions) {
	const texts = Object.entries({
		description: options.description,
		website: options.website,
		industry: options.industry,
		size: options.size,
		billingEmail: options.billingEmail,
	}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value === '' ? null : value] as const]));
	return { ...Object.fromEntries(texts), ...(tier !== undefined && { subscriptionTier: tier }) };
}
