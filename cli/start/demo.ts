import { connect } from '../../db/connection/client';
import { asOwner } from '../../db/connection/owner';
import { inOrganization } from '../../db/connection/tenancy';
import { createOrganization, findOrganization } from '../../db/organization/organization';
import { createUsers } from '../../db/user/create';
import { listScoringRules, replaceScoringRules } from '../../db/scoring/scoringRules';
import { changeDatabaseUrl } from '../../domain/database/databaseUrl';
import type { NewScoringRule } from '../../domain/scoring/scoringRule';
import type { NewUser } from '../../domain/user/input';
import { createLogin, type Login } from '../../schema/login/loginRole';
import { createTenantLogin } from '../../schema/login/tenantLogin';
import type { StateFolder } from './stateFolder';

/** Slug of the organization that `lma start` works with. */
export const demoSlug = 'demo';

const users: NewUser[] = [
	{ email: 'mara.admin@demo.example', firstName: 'Mara', lastName: 'Lindqvist', role: 'ADMIN' },
	{ email: 'ana.costa@demo.example', firstName: 'Ana', lastName: 'Costa' },
	{ email: 'ben.okafor@demo.example', firstName: 'Ben', lastName: 'Okafor' },
	{ email: 'chiara.conti@demo.example', firstName: 'Chiara', lastName: 'Conti' },
	{ email: 'dawid.zajac@demo.example', firstName: 'Dawid', lastName: 'Zając' },
];

const scoringRules: NewScoringRule[] = [
	{ name: 'Works at a company', field: 'company', operator: 'isSet', points: 10 },
	{ name: 'Left a phone number', field: 'phone', operator: 'isSet', points: 10 },
	{ name: 'Is on LinkedIn', field: 'linkedinUrl', operator: 'isSet', points: 5 },
	{
		name: 'Decides alone',
		field: 'jobTitle',
		operator: 'in',
		value: ['CEO', 'Chief Operating Officer'],
		points: 25,
	},
	{ name: 'Heads a department', field: 'jobTitle', operator: 'startsWith', value: 'Head', points: 20 },
	{ name: 'Directs', field: 'jobTitle', operator: 'endsWith', value: 'Director', points: 20 },
	{ name: 'Manages', field: 'jobTitle', operator: 'contains', value: 'Manager', points: 10 },
	{
		name: 'Buys this year',
		field: 'customFields.interest',
		operator: 'equals',
		value: 'Buying this year',
		points: 30,
	},
	{
		name: 'Compares offers',
		field: 'customFields.interest',
		operator: 'equals',
		value: 'Comparing offers',
		points: 15,
	},
	{
		name: 'Only looks',
		field: 'customFields.interest',
		operator: 'equals',
		value: 'Just looking',
		points: -10,
	},
	{ name: 'Has a budget', field: 'value', operator: 'greaterThan', value: 1_000_000, points: 15 },
	{ name: 'Has a large budget', field: 'value', operator: 'greaterThan', value: 5_000_000, points: 15 },
];

/** The logins that the worker and the nodes use; passwords are kept in the state folder. */
export interface DemoLogins {
	workerUrl: string;
	/** Bound to the demo organization: what the LMA credential in n8n gets. */
	nodes: Login;
	nodesUrl: string;
}

/**
 * Makes the demo organization with its users, scoring rules and logins, where they are not there yet. Rules that
 * somebody has changed stay. Can be repeated.
 */
export async function prepareDemo(ownerUrl: string, folder: StateFolder): Promise<DemoLogins> {
	const owner = connect(ownerUrl, { max: 1, applicationName: 'lma start' });
	try {
		await asOwner(owner, async (tx) => {
			const found = await findOrganization(tx, demoSlug);
			const { id } = found ?? (await createOrganization(tx, { slug: demoSlug, name: 'Demo Company' }));
			await createUsers(tx, id, users);
		});
		// Logins belong to the whole server, where another folder may have made its own.
		const suffix = folder.secret('loginSuffix', () => crypto.randomUUID().slice(0, 8));
		const worker = await createLogin(owner, 'lma_worker', {
			user: `lma_worker_${suffix}`,
			password: folder.secret('workerPassword'),
		});
		const nodes = await createTenantLogin(owner, demoSlug, {
			user: `lma_demo_${suffix}`,
			password: folder.secret('nodesPassword'),
		});
		const nodesUrl = changeDatabaseUrl(ownerUrl, nodes);
		await ensureScoringRules(nodesUrl);
		return { workerUrl: changeDatabaseUrl(ownerUrl, worker), nodes, nodesUrl };
	} finally {
		await owner.end({ timeout: 5 });
	}
}

async function ensureScoringRules(nodesUrl: string): Promise<void> {
	const sql = connect(nodesUrl, { max: 1, applicationName: 'lma start' });
	try {
		await inOrganization(sql, demoSlug, async (tx) => {
			const known = await listScoringRules(tx);
			if (known.length === 0) await replaceScoringRules(tx, scoringRules);
		});
	} finally {
		await sql.end({ timeout: 5 });
	}
}
