import type { WrittenField } from '../lead/lead';

/** What a program that many people export contacts from writes, by plain headings. */
export interface KnownExport {
	/** As sentences call it. */
	name: string;
	/** It is this program's file when one of these lists of headings is there as a whole. */
	signatures: readonly (readonly string[])[];
	/** Which of its columns a field is taken from: the first that is there. The others are left out. */
	takes: Partial<Record<WrittenField, readonly string[]>>;
	/** Columns whose headings mean something else there than elsewhere. */
	leaves: readonly string[];
	/** Its texts are those of leads, and come back as they are, whatever they look like. */
	isOwn?: true;
}

const KNOWN_EXPORTS: readonly KnownExport[] = [
	{
		name: 'leads exported from LMA',
		signatures: [['valuecents', 'organizationid', 'lastengagementdate', 'createdat']],
		takes: {},
		leaves: [],
		isOwn: true,
	},
	{
		name: 'connections exported from LinkedIn',
		signatures: [['connectedon', 'emailaddress']],
		takes: { linkedinUrl: ['url'] },
		leaves: ['connectedon'],
	},
	{
		name: 'contacts exported from Google',
		signatures: [['email1value']],
		takes: {
			email: ['email1value'],
			firstName: ['firstname', 'givenname'],
			lastName: ['lastname', 'familyname'],
			company: ['organizationname', 'organization1name'],
			jobTitle: ['organizationtitle', 'organization1title'],
			phone: ['phone1value'],
			website: ['website1value'],
		},
		leaves: ['labels', 'groupmembership', 'name', 'nickname'],
	},
	{
		name: 'contacts exported from Outlook',
		signatures: [['emailaddress', 'businessphone'], ['emailaddress', 'email2address'], ['emaildisplayname']],
		takes: {
			phone: ['businessphone', 'mobilephone', 'primaryphone', 'companymainphone', 'homephone'],
			jobTitle: ['jobtitle'],
			website: ['webpage', 'businesshomepage'],
		},
		leaves: ['title', 'categories', 'keywords', 'priority', 'account', 'organizationalidnumber'],
	},
	{
		name: 'contacts exported from HubSpot',
		signatures: [
			['recordid', 'lifecyclestage'],
			['recordid', 'contactowner'],
			['recordid', 'createdate'],
			['contactid', 'lifecyclestage'],
			['recordidcontact'],
		],
		takes: {
			phone: ['phonenumber', 'phone', 'mobilephonenumber', 'mobilephone'],
			company: ['companyname', 'company', 'associatedcompany', 'primaryassociatedcompany'],
			website: ['websiteurl', 'website'],
		},
		leaves: ['leadstatus', 'lifecyclestage', 'originalsource', 'hubspotscore'],
	},
	{
		name: 'contacts exported from Apollo',
		signatures: [['apollocontactid'], ['personlinkedinurl', 'emailstatus']],
		takes: {
			phone: ['workdirectphone', 'mobilephone', 'corporatephone', 'companyphone', 'homephone', 'otherphone'],
			company: ['companyname', 'company', 'companynameforemails'],
			linkedinUrl: ['personlinkedinurl'],
		},
		leaves: ['stage', 'keywords', 'lists', 'accountowner', 'contactowner'],
	},
	{
		name: 'people or leads exported from Pipedrive',
		signatures: [['personemail'], ['personemailwork'], ['leadtitle', 'personname']],
		takes: {
			email: ['personemail', 'personemailwork', 'personemailhome', 'personemailother'],
			firstName: ['personfirstname'],
			lastName: ['personlastname'],
			phone: ['personphone', 'personphonework', 'personphonemobile', 'personphonehome', 'personphoneother'],
			company: ['organizationname', 'personorganization'],
			jobTitle: ['personjobtitle'],
			value: ['leadvalue', 'dealvalue'],
			expectedCloseDate: ['leadexpectedclosedate', 'dealexpectedclosedate'],
		},
		leaves: ['leadtitle', 'dealtitle', 'personlabel', 'leadlabel', 'labels', 'dealstage', 'dealstatus'],
	},
	{
		name: 'leads exported from Zoho',
		signatures: [
			['recordid', 'leadowner'],
			['recordid', 'emailoptout'],
		],
		takes: { phone: ['phone', 'mobile'], jobTitle: ['title', 'designation'] },
		leaves: ['leadstatus', 'leadsource', 'rating'],
	},
	{
		name: 'leads of an advertisement on Facebook',
		signatures: [
			['adid', 'formname'],
			['adid', 'formid'],
		],
		takes: { phone: ['phonenumber', 'phone', 'workphonenumber'], email: ['email', 'workemail'] },
		leaves: ['platform', 'isorganic', 'leadstatus'],
	},
	{
		name: 'a report exported from Salesforce',
		signatures: [
			['leadsource', 'isconverted'],
			['leadsource', 'isdeleted'],
			['companyaccount'],
			['leadowner', 'leadsource'],
			['leadowner', 'leadstatus'],
			['accountname', 'contactowner'],
			['accountname', 'accountowner'],
		],
		takes: {
			company: ['companyaccount', 'company', 'accountname'],
			jobTitle: ['title'],
			phone: ['phone', 'mobile', 'mobilephone'],
		},
		leaves: ['leadstatus', 'leadsource', 'status', 'rating'],
	},
];

/** The program that these plain headings are from; undefined for any other file. */
export function findKnownExport(headings: readonly string[]): KnownExport | undefined {
	return KNOWN_EXPORTS.find(({ signatures }) =>
		signatures.some((signature) => signature.every((heading) => headings.includes(heading))),
	);
}

/** What Salesforce writes below the rows of a report. */
const FOOTER =
	/^(copyright \(c\)|confidential information|generated by:|grand totals?\b|total records\b|as of \d)|salesforce\.com/i;

/** Whether the rows at the end of a file, of one cell each, are the footer of a report. */
export function isFooter(cells: readonly string[]): boolean {
	return cells.some((cell) => FOOTER.test(cell));
}
