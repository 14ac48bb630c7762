/** What belongs together, in the order in which it is told. The first pattern that a table's name meets decides. */
const SUBJECTS: readonly (readonly [title: string, tables: RegExp])[] = [
	['Totals', /total/],
	['Events', /activity_logs|event|channel|subscription|retention/],
	['Organizations and people', /organizations|users|login/],
	['Campaigns', /campaign/],
	['Leads', /lead|scoring|assignment|custom_field/],
	['Communications', /communication/],
	['n8n and other connections', /integration|workflow/],
	['Housekeeping', /./],
];

const ORDER = [
	'Organizations and people',
	'Leads',
	'Communications',
	'Campaigns',
	'n8n and other connections',
	'Events',
	'Totals',
	'Housekeeping',
];

/** Items by subject, in the order of the subjects; those of one subject stay in theirs. */
export function bySubject<Item>(items: readonly Item[], nameOf: (item: Item) => string): [string, Item[]][] {
	const groups = new Map<string, Item[]>(ORDER.map((title) => [title, []]));
	for (const item of items) {
		const title = SUBJECTS.find(([, tables]) => tables.test(nameOf(item)))?.[0] ?? 'Housekeeping';
		groups.get(title)?.push(item);
	}
	return [...groups].filter(([, members]) => members.length > 0);
}
