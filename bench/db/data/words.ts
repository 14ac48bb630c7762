/** Word lists, the commonest first: the k-th is drawn as often as 1/k. */
const words = (text: string) => text.trim().split(/\s+/);

export const FIRST_NAMES = words(`
	Anna Maria James Michael Lena Thomas Sofia Daniel Laura David Julia Peter Sarah Paul Emma Markus Nina Andreas Lisa
	Robert Eva Martin Clara Stefan Alice John Hannah Felix Marie Lukas Elena Simon Ines Victor Olga Henrik Amelie Carlos
	Priya Wei Fatima Omar Yuki Chen Aisha Diego Ingrid Pavel Noor Mateo Zoe Igor Leila Kofi Greta Hugo Mina Tariq Ada
	Bruno Dora Emil Freya Gustav Hedda Isak Jana Kaspar Livia Milo Nadia Otto Petra Rosa Sven Tilda Ulla Vera Walter Xenia`);

export const LAST_NAMES = words(`
	Smith Müller Garcia Johnson Novak Schmidt Brown Silva Wagner Jones Nguyen Fischer Martin Weber Lopez Huber Kim Becker
	Singh Rossi Wilson Bauer Chen Hofmann Kowalski Gruber Taylor Ivanov Santos Meyer Khan Larsen Moreau Steiner Davis Popov
	Costa Berger Lee Horvat Walker Dubois Pichler Hansen Moser Ali Nielsen Lehmann Patel Eder Conti Winkler Adams Jensen
	Richter Reyes Leitner Haas Tanaka Bianchi Brunner Evans Vogel Okafor Keller Egger Roth Petrov Lang Frank Mensah Wolf
	Sato Baumann Cohen Kaiser Lindgren Fuchs Alvarez Maier Yilmaz Scholz Nowak Aigner Haddad Kraus Bergström Auer Osei
	Zimmermann Ferrari Ziegler Abadi Quinn Unger Castro Ostrowski Vasquez Jovanovic Yamamoto`);

export const COMPANY_WORDS = words(`
	Global Nova Alpine Data Green Blue Prime Urban Bright North Delta Silver Next Summit Atlas Vertex Solar River Quantum
	Harbor Cedar Falcon Orbit Granite Lumen Aurora Copper Beacon Pioneer Zenith Meadow Cobalt Ember Forge Maple Crystal
	Evergreen Horizon Ivory Jade Keystone Lotus Magnet Nimbus Onyx Pacific Quarry Raven Sapphire Timber Umbra Velvet
	Willow Xenon Yonder Zephyr Amber Birch Canyon Dune Echo Fjord Glacier Hazel Indigo Juniper Krypton Laurel Marble
	Nectar Opal Pebble Quill Ridge Saffron Tundra Ultra Valley Walnut Apex Basalt Cypress Drift Elm Flint Grove`);

export const COMPANY_KINDS = words(
	'Solutions Systems Consulting Labs Logistics Foods Media Energy Software Health Partners Industries Retail Design Capital',
);

export const JOB_TITLES = [
	'Head of Sales',
	'Managing Director',
	'Marketing Manager',
	'Purchasing Manager',
	'Chief Technology Officer',
	'Office Manager',
	'Product Manager',
	'Founder',
	'Operations Manager',
	'Software Engineer',
];

export const SUBJECTS = [
	'Following up on our call',
	'Your offer',
	'Next steps',
	'Introduction',
	'Meeting on Thursday',
	'Question about pricing',
	'Trial access',
	'Contract draft',
	'Happy to help',
	'Reminder',
];

export const SENTENCES = [
	'Thank you for the time you took today.',
	'As promised, I am sending you the summary of what we discussed.',
	'Could you let us know which of the two options suits you better?',
	'The price holds until the end of the month.',
	'Our engineers have looked at your question and see no obstacle.',
	'I would suggest a short call next week, half an hour is enough.',
	'Please find the updated offer in the customer portal.',
	'We had a similar case last year and could halve the effort.',
	'Your colleague mentioned that the budget has been approved.',
	'If anything is unclear, just answer this message.',
];

/** A word that one lead in `rareEvery` has in the company's name, and the tag that goes with it. */
export const RARE_WORD = 'Quetzalcoatl';
export const RARE_TAG = 'whale';
export const COMMON_TAG = 'newsletter';
