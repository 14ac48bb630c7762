import type { INodePropertyOptions } from 'n8n-workflow';

import { LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES } from '../../../../domain/lead/labels';

/** The pipeline statuses of a lead. */
export const statusOptions = choicesOf(LEAD_STATUSES);

/** Where a lead came from. */
export const sourceOptions = choicesOf(LEAD_SOURCES);

/** How likely a lead is to buy. */
export const temperatureOptions = choicesOf(LEAD_TEMPERATURES);

/** Labels to choose from, by name: `Closed Won` for `CLOSED_WON`. */
export function choicesOf(labels: readonly string[]): INodePropertyOptions[] {
	return labels
		.map((value) => ({ name: nameOf(value), value }))
		.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function nameOf(label: string): string {
	const words = label.toLowerCase().replaceAll('_', ' ');
	return words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
