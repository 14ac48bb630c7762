import { Option, type Command } from 'commander';

import { listCustomFieldsOf, removeCustomField, setCustomField } from '../../db/customField/customField';
import {
	CUSTOM_FIELD_TYPES,
	type CustomField,
	customFieldSchema,
} from '../../domain/customField/customField';
import { parseInput } from '../../domain/input/parseInput';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import { asAdministrator } from './asAdministrator';

interface SetOptions {
	label?: string;
	type: string;
	options?: string[];
	option?: string[];
	required?: boolean;
	position?: string;
	json?: boolean;
}

/** `lma org fields list|set|remove`: the custom fields of leads. */
export function registerFields(org: Command, terminal: Terminal): void {
	const fields = org
		.command('fields')
		.description('Define which custom fields leads have, so that nodes offer and check them.');

	fields
		.command('list')
		.description('List the custom fields of an organization.')
		.argument('<slug>', 'the organization')
		.option('--json', 'print them as JSON')
		.action(async (slug: string, { json }: { json?: boolean }) => {
			const found = await asAdministrator(terminal, slug, (tx, { id }) => listCustomFieldsOf(tx, id));
			terminal.print(json ? JSON.stringify(found) : describe(found));
		});

	fields
		.command('set')
		.description('Add or change a custom field; values that leads already have stay as they are.')
		.argument('<slug>', 'the organization')
		.argument('<key>', 'the key in the custom fields of a lead')
		.option('--label <label>', 'what people see (default: the key)')
		.addOption(
			new Option('--type <type>', 'the type of its values').choices(CUSTOM_FIELD_TYPES).default('text'),
		)
		.option('--options <values...>', 'the values to choose from, for select and multiSelect')
		.addOption(new Option('--option <values...>', 'the same, one at a time').hideHelp())
		.option('--required', 'every new lead needs a value')
		.option('--position <number>', 'place in the order (default: last)')
		.option('--json', 'print the field as JSON')
		.action(async (slug: string, key: string, { json, options, option, required, ...rest }: SetOptions) => {
			const input = parseInput(customFieldSchema, {
				...rest,
				key,
				options: options || option ? [...(options ?? []), ...(option ?? [])] : undefined,
				isRequired: required,
			});
			const field = await asAdministrator(terminal, slug, (tx, { id }) => setCustomField(tx, id, input));
			terminal.print(json ? JSON.stringify(field) : `${slug} has the custom field ${key} (${field.type}).`);
		});

	fields
		.command('remove')
		.description('Unregister a custom field; the values that leads have stay in their rows.')
		.argument('<slug>', 'the organization')
		.argument('<key>', 'the key of the field')
		.option('--json', 'print what was done as JSON')
		.action(async (slug: string, key: string, { json }: { json?: boolean }) => {
			await asAdministrator(terminal, slug, (tx, { id }) => removeCustomField(tx, id, key));
			terminal.print(
				json ? JSON.stringify({ key, removed: true }) : `${slug} no longer has the custom field ${key}.`,
			);
		});
}

function describe(fields: readonly CustomField[]): string {
	return formatTable(
		['key', 'label', 'type', 'required', 'options'],
		fields.map(({ key, label, type, isRequired, options }) => [
			key,
			label,
			type,
			isRequired ? 'yes' : 'no',
			options.join(', '),
		]),
	);
}
