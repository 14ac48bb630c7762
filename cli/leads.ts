import type { Command } from 'commander';

import { registerDoNotContact } from './leads/doNotContact';
import { registerExport } from './leads/export';
import { registerImport } from './leads/import';
import type { Terminal } from './terminal/terminal';

/** `lma leads`: leads in and out, and who of them must not be contacted. */
export function registerLeads(program: Command, terminal: Terminal): void {
	const leads = program
		.command('leads')
		.description('Import and export leads, and list who must not be contacted.');
	registerImport(leads, terminal);
	registerExport(leads, terminal);
	registerDoNotContact(leads, terminal);
}
