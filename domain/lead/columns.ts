import { day, email, id, integer, label, LONGEST_NOTE, tags, text, timestamp, userId } from '../input/field';
import { jsonObject } from '../input/json';
import { RULES_OF } from '../merge/mergeRuleNames';
import type { LeadColumn } from './column';
import { HEADINGS } from './headings';
import { LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES } from './labels';

/**
 * The columns of `leads` by the name of their field, in the order of the table. A new one is added here, in a migration and
 * nowhere else: rows, inputs, statements, nodes, import, merging, scoring, the log's redaction, documents and benchmark go by this.
 */
export const LEAD_COLUMNS = {
	id: { schema: id, simplifiedPlace: 1 },
	email: {
		schema: email,
		isScorable: true,
		simplifiedPlace: 2,
		input: {
			label: 'Email',
			hint: 'E-mail address of the lead. Letter case does not matter.',
			placeholder: 'name@email.com',
			isExpected: true,
			isProminent: true,
			headings: HEADINGS.email,
			merge: { rules: RULES_OF.choice, standard: 'survivor' },
		},
	},
	/** Empty when unknown. */
	firstName: {
		schema: text(100),
		standard: '',
		isScorable: true,
		simplifiedPlace: 3,
		input: {
			label: 'First Name',
			hint: 'First name of the lead',
			isExpected: true,
			isProminent: true,
			headings: HEADINGS.firstName,
			merge: { rules: RULES_OF.text, standard: 'firstNotEmpty' },
		},
	},
	/** Empty when unknown. */
	lastName: {
		schema: text(100),
		standard: '',
		isScorable: true,
		simplifiedPlace: 4,
		input: {
			label: 'Last Name',
			hint: 'Last name of the lead',
			isExpected: true,
			isProminent: true,
			headings: HEADINGS.lastName,
			merge: { rules: RULES_OF.text, standard: 'firstNotEmpty' },
		},
	},
	company: {
		schema: text(255),
		isNullable: true,
		isScorable: true,
		simplifiedPlace: 5,
		input: {
			label: 'Company',
			hint: 'Company the lead works for',
			isProminent: true,
			headings: HEADINGS.company,
			merge: { rules: RULES_OF.text, standard: 'firstNotEmpty' },
		},
	},
	jobTitle: {
		schema: text(100),
		isNullable: true,
		isScorable: true,
		input: {
			label: 'Job Title',
			hint: 'What the lead does at the company',
			headings: HEADINGS.jobTitle,
			merge: { rules: RULES_OF.text, standard: 'firstNotEmpty' },
		},
	},
	phone: {
		schema: text(50),
		isNullable: true,
		isScorable: true,
		input: {
			label: 'Phone',
			hint: 'Telephone number, in any form',
			headings: HEADINGS.phone,
			merge: { rules: RULES_OF.text, standard: 'firstNotEmpty' },
		},
	},
	website: {
		schema: text(255),
		isNullable: true,
		isScorable: true,
		input: {
			label: 'Website',
			hint: 'Website of the lead or the company',
			headings: HEADINGS.website,
			merge: { rules: RULES_OF.text, standard: 'firstNotEmpty' },
		},
	},
	linkedinUrl: {
		schema: text(500),
		isNullable: true,
		isScorable: true,
		input: {
			label: 'LinkedIn URL',
			hint: 'Address of the LinkedIn profile',
			headings: HEADINGS.linkedinUrl,
			merge: { rules: RULES_OF.text, standard: 'firstNotEmpty' },
		},
	},
	leadTemperature: {
		schema: label(LEAD_TEMPERATURES),
		standard: 'cold',
		simplifiedPlace: 8,
		input: {
			label: 'Lead Temperature',
			hint: 'How likely the lead is to buy. Scoring sets it from the score.',
			headings: HEADINGS.leadTemperature,
			merge: { rules: RULES_OF.ordered, standard: 'highest', order: ['cold', 'warm', 'hot'] },
		},
	},
	/** `YYYY-MM-DD` */
	expectedCloseDate: {
		schema: day,
		isNullable: true,
		isScorable: true,
		input: {
			label: 'Expected Close Date',
			hint: 'Day on which the deal is expected to close. The time of day does not matter.',
			headings: HEADINGS.expectedCloseDate,
			merge: { rules: RULES_OF.ordered, standard: 'firstNotEmpty' },
		},
	},
	/** When the lead last did something: answered, called. */
	lastEngagementDate: { schema: timestamp, isNullable: true, isScorable: true },
	status: {
		schema: label(LEAD_STATUSES),
		standard: 'NEW',
		isScorable: true,
		simplifiedPlace: 6,
		input: {
			label: 'Status',
			hint: 'Stage of the lead in the pipeline',
			isProminent: true,
			headings: HEADINGS.status,
			merge: { rules: RULES_OF.ordered, standard: 'survivor', order: LEAD_STATUSES },
		},
	},
	source: {
		schema: label(LEAD_SOURCES),
		standard: 'OTHER',
		isScorable: true,
		input: {
			label: 'Source',
			hint: 'Where the lead came from',
			isProminent: true,
			headings: HEADINGS.source,
			merge: { rules: RULES_OF.choice, standard: 'survivor' },
		},
	},
	/** 0–100 */
	score: {
		schema: integer('must be from 0 to 100', 0, 100),
		standard: 0,
		simplifiedPlace: 7,
		input: {
			label: 'Score',
			hint: 'Score from 0 to 100. The operation Score calculates it from the rules of the organization.',
			range: [0, 100],
			headings: HEADINGS.score,
			merge: { rules: RULES_OF.ordered, standard: 'highest' },
		},
	},
	/** Deal value in cents. */
	value: {
		schema: integer('must be a whole number of cents (120050 for 1,200.50)', 0, 2_147_483_647),
		isNullable: true,
		isScorable: true,
		input: {
			label: 'Value',
			unit: 'Cents',
			hint: 'Value of the deal in cents: 120050 for 1,200.50',
			headings: HEADINGS.cents,
			merge: { rules: RULES_OF.ordered, standard: 'highest' },
		},
	},
	notes: {
		schema: text(LONGEST_NOTE),
		isNullable: true,
		isScorable: true,
		input: {
			label: 'Notes',
			hint: 'Free text kept with the lead itself. For a history of notes use the resource Note.',
			rows: 3,
			headings: HEADINGS.notes,
			merge: { rules: RULES_OF.prose, standard: 'combine' },
		},
	},
	tags: {
		schema: tags,
		isNullable: true,
		isScorable: true,
		input: {
			label: 'Tags',
			hint: 'Tags, separated by commas. An expression may return an array, whose entries may contain commas.',
			placeholder: 'e.g. newsletter, trade fair',
			headings: HEADINGS.tags,
			merge: { rules: RULES_OF.collection, standard: 'combine' },
		},
	},
	customFields: {
		schema: jsonObject,
		isNullable: true,
		input: {
			label: 'Custom Fields',
			hint: 'Custom fields by key, as a JSON object. An existing lead keeps those not named here, and null removes one.',
			merge: { rules: RULES_OF.collection, standard: 'combine' },
		},
	},
	firstContactedAt: { schema: timestamp, isNullable: true, isScorable: true },
	lastContactedAt: { schema: timestamp, isNullable: true, isScorable: true, simplifiedPlace: 10 },
	createdAt: { schema: timestamp },
	updatedAt: { schema: timestamp },
	organizationId: { schema: id },
	assignedToId: {
		schema: userId,
		isNullable: true,
		isScorable: true,
		simplifiedPlace: 9,
		input: {
			label: 'Assigned To',
			hint: 'User of the organization who owns the lead',
			merge: { rules: RULES_OF.choice, standard: 'firstNotEmpty' },
		},
	},
} as const satisfies Record<string, LeadColumn>;
