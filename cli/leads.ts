import type { Command } from 'commander';

import { registerExport } from './leads/export';
import { registerImport } from './leads/import';
import type { Terminal } from './terminal/terminal';

/** `lma leads`: leads in and out. */
export function registerLeads(program: Command, terminal: Terminal): void {
	const leads = program.command('leads').description('Import and export leads.');
	registerImport(leads, terminal);
	registerExport(leads, terminal);
}
