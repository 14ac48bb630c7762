import { type FieldFacts, withFacts } from '../input/facts';
import { sendSettingsSchema } from './sendRules';

/** What each setting of the send gate is for, and what applies while it is not set. */
const HINTS: Readonly<Record<string, Pick<FieldFacts, 'hint' | 'standard'>>> = {
	timezone: {
		hint: 'Time zone of the sending hours, where the lead has none in the custom field timezone.',
		standard: 'UTC',
	},
	sendFrom: { hint: 'Earliest time of day to send, such as 09:00.', standard: '00:00' },
	sendUntil: {
		hint: 'Time of day from which nothing is sent any more, such as 17:30; earlier than sendFrom is on the next day.',
		standard: '24:00',
	},
	weekdays: {
		hint: 'Days on which to send, from 1 (Monday) to 7 (Sunday), such as 1,2,3,4,5.',
		standard: [1, 2, 3, 4, 5, 6, 7],
	},
	maxCommunications: { hint: 'Most communications with a lead within periodDays. Not set: no limit.' },
	periodDays: { hint: 'Days that maxCommunications counts over.', standard: 7 },
	repliedWithinDays: { hint: 'Days for which a reply of the lead ends what was to be sent.' },
	allowClosed: { hint: 'Whether leads that are won or lost may be contacted, too.', standard: false },
	allowReplied: {
		hint: 'Whether leads that have replied still get what was planned for them before.',
		standard: false,
	},
	blockTags: { hint: 'Tags of leads who get no more e-mails and texts, such as unsubscribed,opt-out.' },
};

for (const [name, schema] of Object.entries(sendSettingsSchema.shape)) {
	const facts = HINTS[name];
	if (facts) withFacts(schema, facts);
}

/** The settings of the send gate, each with what it is for; together they leave a time to send. */
export const describedSendSettings = sendSettingsSchema.refine(
	({ sendFrom = '00:00', sendUntil = '24:00' }) => sendFrom !== sendUntil,
	{
		path: ['sendUntil'],
		message: 'is the same time as sendFrom, so that nothing could be sent; choose another time',
	},
);
