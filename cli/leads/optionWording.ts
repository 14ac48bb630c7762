import type { OptionWording } from '../../domain/leadFile/leadFile';

/** An option as it is typed: `--map "Mobile=phone"`. */
export const sayOption: OptionWording = (option, value) =>
	`--${option} ${/^[\w.,-]+$/.test(value) ? value : `"${value.replaceAll(/["\\$`]/g, '\\$&')}"`}`;
