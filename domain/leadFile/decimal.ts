import { withoutCurrency } from './currency';

/** What stands before the decimals: 1.200,50 or 1,200.50. */
export type DecimalMark = ',' | '.';

/** What one number says of how its column is written; `both`: it can be read with either mark, and means something else. */
export type DecimalEvidence = DecimalMark | 'none' | 'both' | 'unreadable';

const THOUSANDS_BY_POINT = /^\d{1,3}(\.\d{3})+$/;
const THOUSANDS_BY_COMMA = /^\d{1,3}(,\d{3})+$/;
/** 12,34,567: as India counts. */
const LAKHS = /^\d{1,2}(,\d{2})+,\d{3}$/;

/**
 * A number as it is written, without what only decorates it: its currency, spaces and apostrophes between thousands, and the
 * dash for no cents. `isSpaced` says that there were such thousands: a single mark is then that of decimals.
 */
function bare(text: string): { digits: string; sign: string; isSpaced: boolean } {
	const plain = withoutCurrency(text).replace(/[,.](-|–|—)+$/, (mark) => `${mark.charAt(0)}00`);
	const grouped = plain.replaceAll(/(?<=\d)[\s'’\u00a0\u202f](?=\d{3}(\D|$))/g, '');
	const [, sign = '', digits = grouped] = /^([-+−]?)\s*(.*)$/s.exec(grouped) ?? [];
	return { digits, sign: sign === '+' ? '' : sign && '-', isSpaced: grouped !== plain };
}

/** What a number says of how it is written. */
export function decimalEvidence(text: string): DecimalEvidence {
	const { digits, isSpaced } = bare(text);
	if (/^\d+$/.test(digits)) return 'none';
	if (!/^[\d.,]*\d[\d.,]*$/.test(digits)) return 'unreadable';
	const [asPoint, asComma] = [normalised(digits, '.'), normalised(digits, ',')];
	if (asPoint === undefined && asComma === undefined) return 'unreadable';
	if (asPoint === undefined) return ',';
	if (asComma === undefined) return '.';
	// Both read it: one as thousands, the other as decimals. Nobody writes 0.500 or 1 200.500 for thousands.
	const decimal = digits.includes('.') ? '.' : ',';
	return isSpaced || digits.startsWith('0') ? decimal : 'both';
}

/**
 * A number with this decimal mark as digits with a point: "1200.50" of "€ 1.200,50". Undefined when it is no number that
 * is written so.
 */
export function readDecimal(text: string, mark: DecimalMark): string | undefined {
	const { digits, sign } = bare(text);
	const value = normalised(digits, mark);
	return value === undefined ? undefined : `${sign}${value}`;
}

function normalised(digits: string, mark: DecimalMark): string | undefined {
	const at = digits.indexOf(mark);
	const whole = at < 0 ? digits : digits.slice(0, at);
	const decimals = at < 0 ? '' : digits.slice(at + 1);
	if (!/^\d*$/.test(decimals) || (whole === '' && decimals === '')) return undefined;
	const isGrouped = (mark === ',' ? THOUSANDS_BY_POINT : THOUSANDS_BY_COMMA).test(whole);
	if (!isGrouped && !/^\d*$/.test(whole) && !(mark === '.' && LAKHS.test(whole))) return undefined;
	return `${whole.replaceAll(/[.,]/g, '') || '0'}${decimals === '' ? '' : `.${decimals}`}`;
}
