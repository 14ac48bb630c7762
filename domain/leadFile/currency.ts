const CODES = Intl.supportedValuesOf('currency');
const isCode = new Set(CODES);

/** Currencies by the signs and words that stand for one alone, or for one as a rule. */
const SIGNS: Record<string, string> = {
	'€': 'EUR',
	EURO: 'EUR',
	EUROS: 'EUR',
	$: 'USD',
	US$: 'USD',
	DOLLAR: 'USD',
	DOLLARS: 'USD',
	A$: 'AUD',
	AU$: 'AUD',
	C$: 'CAD',
	CA$: 'CAD',
	NZ$: 'NZD',
	HK$: 'HKD',
	S$: 'SGD',
	R$: 'BRL',
	'£': 'GBP',
	ZŁ: 'PLN',
	FR: 'CHF',
	KČ: 'CZK',
	FT: 'HUF',
};

/** Of a text: signs, with letters before a dollar's, codes in capitals, and words. Codes of no currency are words like others. */
const CURRENCY = new RegExp(
	String.raw`(?<!\p{L})(?:US|AU?|CA?|NZ|HK|S|R)\$|\p{Sc}|(?<!\p{L})(?:[A-Z]{3}|[Ee](?:uros?|UROS?)|[Dd]ollars?|zł|kr|Kč|Ft|Fr)\.?(?!\p{L})`,
	'gu',
);
const CODE_AFTER = new RegExp(`(?:${CODES.join('|')}|euros?)$`, 'i');

/** A text without the currencies that it names. */
export function withoutCurrency(text: string): string {
	if (/^[\d.,]*$/.test(text)) return text;
	return text.replaceAll(CURRENCY, (word) => (isCurrencyWord(word) ? '' : word)).trim();
}

/** The currencies that a text names, by their codes where a sign has one: `EUR` of `€ 5`. */
export function currenciesIn(text: string): string[] {
	if (/^[\d.,]*$/.test(text)) return [];
	const named = (text.match(CURRENCY) ?? []).filter(isCurrencyWord).map((word) => word.replace(/\.$/, ''));
	return named.map((currency) => SIGNS[currency.toUpperCase()] ?? currency);
}

/** A plain heading without the currency at its end, whose sign is gone already: `amount` of `amountineur` and `amountin`. */
export function withoutCurrencyAfter(plain: string): string {
	return plain.replace(CODE_AFTER, '').replace(/in$/, '');
}

/** Three capitals are a code, or any other word. */
function isCurrencyWord(word: string): boolean {
	return !/^[A-Z]{3}\.?$/.test(word) || isCode.has(word.slice(0, 3));
}
