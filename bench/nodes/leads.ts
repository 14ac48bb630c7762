const SOURCES = ['WEBSITE', 'EMAIL', 'REFERRAL', 'EVENT'];
const INDUSTRIES = ['energy', 'retail', 'logistics', 'health'];

/** What every variant writes, by its column: the value in the lead of this index. */
const VALUES = {
	email: (index: number, series: string) => `lead${index}.${series}@bench.example`,
	first_name: (index: number) => `First ${index % 997}`,
	last_name: (index: number) => `Last ${index % 9973}`,
	company: (index: number) => `Company ${index % 1009} Limited`,
	job_title: () => 'Head of Purchasing',
	phone: (index: number) => `+49 30 ${1_000_000 + index}`,
	source: (index: number) => SOURCES[index % SOURCES.length] ?? 'OTHER',
	score: (index: number) => index % 101,
	value: (index: number) => (index % 5000) * 100,
	custom_fields: (index: number) => ({
		industry: INDUSTRIES[index % INDUSTRIES.length] ?? '',
		employees: index % 500,
	}),
	organization_id: (_index: number, _series: string, organizationId: number) => organizationId,
};

export type BenchColumn = keyof typeof VALUES;

/** A lead as the columns of the table, what the Postgres node takes. */
export type BenchLead = { [Column in BenchColumn]: ReturnType<(typeof VALUES)[Column]> };

/** The columns of such a lead, in their order. */
export const BENCH_COLUMNS = Object.keys(VALUES) as BenchColumn[];

/** So many leads with addresses that no other series has; the same ones at every call. */
export function makeLeads(count: number, series: string, organizationId: number): BenchLead[] {
	const makers = Object.entries(VALUES);
	return Array.from({ length: count }, (_, index) => {
		const values = makers.map(([column, make]) => [column, make(index, series, organizationId)] as const);
		return Object.fromEntries(values) as BenchLead;
	});
}
