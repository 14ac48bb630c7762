/** How the columns of other people's files are called; compared without case, spaces and punctuation. */
const fieldOfHeading: Record<string, string> = {
	email: 'email',
	emailaddress: 'email',
	mail: 'email',
	firstname: 'firstName',
	givenname: 'firstName',
	lastname: 'lastName',
	familyname: 'lastName',
	surname: 'lastName',
	company: 'company',
	companyname: 'company',
	organisation: 'company',
	organization: 'company',
	jobtitle: 'jobTitle',
	position: 'jobTitle',
	title: 'jobTitle',
	phone: 'phone',
	phonenumber: 'phone',
	telephone: 'phone',
	mobile: 'phone',
	website: 'website',
	web: 'website',
	linkedin: 'linkedinUrl',
	linkedinurl: 'linkedinUrl',
	notes: 'notes',
	remarks: 'notes',
	comments: 'notes',
	status: 'status',
	source: 'source',
	tags: 'tags',
	expectedclosedate: 'expectedCloseDate',
	valuecents: 'value',
};

/** Headings that hold an amount in whole units of money; leads keep cents. */
const amountHeading = /^(deal)?(value|budget)(eur|usd|gbp|chf)?$/;

/** Turns one row into the input of a lead: the fields that have a value, by the name the nodes use. */
export type RowReader = (cells: string[]) => Record<string, unknown>;

/**
 * Reads a heading line. A column that leads do not have becomes a custom field under its heading in camelCase. Empty
 * cells are left out, so that they do not clear what is known, but for the address, which every lead needs.
 * Null when no column holds the e-mail address.
 */
export function readHeadings(headings: string[]): RowReader | null {
	const columns = headings.map(columnOf);
	if (!columns.some(({ field }) => field === 'email')) return null;
	return (cells) => {
		const lead: Record<string, unknown> = { email: '' };
		const customFields: Record<string, string> = {};
		for (const [index, { field, custom, isAmount }] of columns.entries()) {
			const cell = cells[index]?.trim() ?? '';
			if (cell === '') continue;
			if (custom) customFields[custom] = cell;
			else if (field === 'tags') lead.tags = cell.split(/\s*[;,]\s*/).filter(Boolean);
			else if (field) lead[field] = isAmount ? toCents(cell) : cell;
		}
		return Object.keys(customFields).length > 0 ? { ...lead, customFields } : lead;
	};
}

interface Column {
	field?: string;
	custom?: string;
	isAmount?: boolean;
}

function columnOf(heading: string): Column {
	// What writeRejectedRows adds, so that its file can be mended and imported.
	if (heading.startsWith('lma_')) return {};
	const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
	if (amountHeading.test(plain)) return { field: 'value', isAmount: true };
	const field = fieldOfHeading[plain];
	if (field) return { field };
	return plain === '' ? {} : { custom: toCamelCase(heading) };
}

function toCamelCase(heading: string): string {
	const words = heading.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
	return words
		.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
		.join('');
}

/** "12,500" and "12500.50" as cents; anything else stays text, for the schema to refuse. */
function toCents(cell: string): number | string {
	const amount = Number(cell.replaceAll(/(?<=\d)[,\s'](?=\d{3}(\D|$))/g, ''));
	return Number.isFinite(amount) ? Math.round(amount * 100) : cell;
}
