/** Elements that people write into messages; not every word between angle brackets is one. */
const TAG =
	/<\/?(?:a|b|body|br|button|center|div|em|font|h[1-6]|head|html|hr|i|img|li|ol|p|span|strong|style|table|t[dhr]|tbody|u|ul)(?:\s[^<>]*)?\/?>/i;
const PLACEHOLDER = /\{\{[^{}]*\}\}/;

/** Whether a text was meant to be more than itself: HTML, or with placeholders that nothing fills. */
export function hasMarkup(text: string | null | undefined): boolean {
	return text !== null && text !== undefined && (TAG.test(text) || PLACEHOLDER.test(text));
}
