/** A lead as the columns of the table, what the Postgres node takes. */
export interface BenchLead {
	email: string;
	first_name: string;
	last_name: string;
	company: string;
	job_title: string;
	phone: string;
	source: string;
	score: number;
	value: number;
	custom_fields: { industry: string; employees: number };
	organization_id: number;
}

const SOURCES = ['WEBSITE', 'EMAIL', 'REFERRAL', 'EVENT'];
const INDUSTRIES = ['energy', 'retail', 'logistics', 'health'];

/** So many leads with addresses that no other series has; the same ones at every call. */
export function makeLeads(count: number, series: string, organizationId: number): BenchLead[] {
	return Array.from({ length: count }, (_, index) => ({
		email: `lead${index}.${series}@bench.example`,
		first_name: `First ${index % 997}`,
		last_name: `Last ${index % 9973}`,
		company: `Company ${index % 1009} Limited`,
		job_title: 'Head of Purchasing',
		phone: `+49 30 ${1_000_000 + index}`,
		source: SOURCES[index % SOURCES.length] ?? 'OTHER',
		score: index % 101,
		value: (index % 5000) * 100,
		custom_fields: { industry: INDUSTRIES[index % INDUSTRIES.length] ?? '', employees: index % 500 },
		organization_id: organizationId,
	}));
}
