import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';

import { inOrganization } from '../db/connection/tenancy';
import { listScoringRules, replaceScoringRules } from '../db/scoring/scoringRules';
import { parseScoringRules } from '../domain/scoring/parseScoringRules';
import type { ScoringRule } from '../domain/scoring/scoringRule';
import { withApplication } from './database';
import { CommandFailedError } from './terminal/failure';
import { formatTable } from './terminal/table';
import type { Terminal } from './terminal/terminal';

/** `lma score rules`: the rules by which an organization's leads are scored. */
export function registerScore(program: Command, terminal: Terminal): void {
	const rules = program
		.command('score')
		.description('Manage how leads are scored.')
		.command('rules')
		.description('The rules of an organization; a lead gets the points of the rules it meets, 0 to 100.');

	rules
		.command('list')
		.description('List the rules in the order they were written.')
		.requiredOption('--org <slug>', 'the organization')
		.option('--json', 'print them as JSON; `set` takes what this prints')
		.action(async ({ org, json }: { org: string; json?: boolean }) => {
			const found = await withApplication(terminal, (sql) =>
				inOrganization(sql, org, (tx) => listScoringRules(tx)),
			);
			show(terminal, found, json);
		});

	rules
		.command('set')
		.description('Replace the rules of the organization with those in a JSON file; all others are deleted.')
		.argument('<file>', 'a list of {name, field, operator, value, points, isActive}')
		.requiredOption('--org <slug>', 'the organization')
		.option('--json', 'print the rules as JSON')
		.action(async (file: string, { org, json }: { org: string; json?: boolean }) => {
			const wanted = parseScoringRules(await readJson(file));
			const stored = await withApplication(terminal, (sql) =>
				inOrganization(sql, org, (tx) => replaceScoringRules(tx, wanted)),
			);
			show(terminal, stored, json);
		});
}

function show(terminal: Terminal, rules: readonly ScoringRule[], json = false): void {
	if (json) {
		terminal.print(JSON.stringify(rules));
		return;
	}
	terminal.print(
		formatTable(
			['points', 'name', 'when', 'state'],
			rules.map((rule) => [
				rule.points,
				rule.name,
				[rule.field, rule.operator, rule.value == null ? '' : JSON.stringify(rule.value)].join(' ').trim(),
				rule.isActive ? 'active' : 'off',
			]),
		),
	);
}

async function readJson(file: string): Promise<unknown> {
	const text = await readFile(file, 'utf8').catch(() => {
		throw new CommandFailedError(`${file} cannot be read. Check the path and its permissions.`);
	});
	try {
		return JSON.parse(text) as unknown;
	} catch {
		throw new CommandFailedError(
			`${file} is not JSON. It should hold a list of rules, as "list --json" prints.`,
		);
	}
}
