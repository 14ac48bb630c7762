import type { Command } from 'commander';

import { updateOrganization } from '../../db/organization/organization';
import { parseInput } from '../../domain/input/parseInput';
import { organizationPatchSchema } from '../../domain/organization/organization';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { asAdministrator } from './asAdministrator';
import { addDetailOptions, type DetailOptions, readDetails } from './details';

interface UpdateOptions extends DetailOptions {
	name?: string;
	slug?: string;
	json?: boolean;
}

/** `lma org update` */
export function registerUpdate(org: Command, terminal: Terminal): void {
	const update = org
		.command('update')
		.description('Rename an organization, or change what is said of it; what is not named stays.')
		.argument('<slug>', 'the organization')
		.option('--name <name>', 'its full name')
		.option(
			'--slug <slug>',
			'another short name; the LMA credentials in n8n that name the old one stop working',
		);
	addDetailOptions(update)
		.option('--json', 'print the organization as JSON')
		.addHelpText('after', '\nAn empty text clears a detail: --website "".')
		.action(async (slug: string, { name, slug: newSlug, json, ...details }: UpdateOptions) => {
			const given = {
				...(name !== undefined && { name }),
				...(newSlug !== undefined && { slug: newSlug }),
				...readDetails(details),
			};
			if (Object.keys(given).length === 0) {
				throw new CommandFailedError('Nothing to change. Name at least one option; --help lists them.', true);
			}
			const patch = parseInput(organizationPatchSchema, given);
			const updated = await asAdministrator(terminal, slug, (tx, { id }) =>
				updateOrganization(tx, id, patch),
			);
			if (json) terminal.print(JSON.stringify(updated));
			else terminal.print(`Organization ${slug} updated: ${Object.keys(patch).join(', ')}.`);
			if (updated.slug !== slug) {
				terminal.note(
					`Change the Organization in every LMA credential in n8n from ${slug} to ${updated.slug}: until then its nodes and ` +
						'triggers are refused. Logins and what is scheduled go on; scripts that name the slug have to be changed, too.',
				);
			}
		});
}
