import type { Command } from 'commander';

import { changeSettings, type SettingChanges } from '../../db/organization/settings';
import { ValidationError } from '../../domain/error/errors';
import {
	findSettingProblems,
	getSetting,
	readSetting,
	SETTING_SUBJECTS,
	SETTINGS,
	type SettingProblem,
} from '../../domain/organization/settings';
import { listSettings, type SettingState } from '../../domain/organization/settingState';
import { formatTable } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import { wrapCells } from '../terminal/wrapCells';
import { asAdministrator } from './asAdministrator';

interface Options {
	json?: boolean;
}

/** `lma org settings get|set|unset`: what an organization decides about scoring, sending and keeping. */
export function registerSettings(org: Command, terminal: Terminal): void {
	const settings = org
		.command('settings')
		.description('Show and change what an organization decides about scoring, sending and keeping.');

	settings
		.command('get')
		.description('Show one setting or all of them, with what each is for and what applies without it.')
		.argument('<slug>', 'the organization')
		.argument('[key]', 'the setting, such as sendGate.sendFrom, or a group such as sendGate (default: all)')
		.option('--json', 'print them as JSON')
		.action(async (slug: string, key: string | undefined, { json }: Options) => {
			const group = SETTINGS.filter(({ subject }) => subject.toLowerCase() === key?.toLowerCase());
			const wanted = key === undefined || group.length > 0 ? undefined : getSetting(key);
			const keys = (wanted ? [wanted] : key === undefined ? SETTINGS : group).map((setting) => setting.key);
			const given = await asAdministrator(terminal, slug, (_tx, organization) =>
				Promise.resolve(organization.settings),
			);
			noteProblems(terminal, slug, findSettingProblems(given));
			const shown = listSettings(given).filter((state) => keys.includes(state.key));
			if (json) terminal.print(JSON.stringify(wanted ? shown[0] : shown));
			else terminal.print(describe(shown));
		});

	settings
		.command('set')
		.description('Change one setting. It applies from the next message, score or look of the worker on.')
		.argument('<slug>', 'the organization')
		.argument('<key>', 'the setting, such as sendGate.sendFrom')
		.argument('<value>', 'text, a number, yes or no, a list with commas such as mon-fri,sun, or JSON')
		.option('--json', 'print the setting as JSON')
		.addHelpText('after', '\n"get" without a key shows all settings.')
		.action(async (slug: string, typedKey: string, typed: string, { json }: Options) => {
			const setting = getSetting(typedKey);
			const value = readSetting(setting, typed);
			await change(terminal, slug, { [setting.subject]: { [setting.name]: value } });
			const { key } = setting;
			terminal.print(
				json ? JSON.stringify({ key, value }) : `${slug}: ${key} is now ${JSON.stringify(value)}.`,
			);
		});

	settings
		.command('unset')
		.description(
			'Take one setting away, or a whole group of them such as sendGate; the default applies again.',
		)
		.argument('<slug>', 'the organization')
		.argument('<key>', 'the setting, or what is there instead of one')
		.option('--json', 'print what was done as JSON')
		.action(async (slug: string, typedKey: string, { json }: Options) => {
			const before = await asAdministrator(terminal, slug, (_tx, { settings: given }) =>
				Promise.resolve(given),
			);
			const { key, group, name } = whatToUnset(before, typedKey);
			const unset = isSet(before, group, name);
			if (unset) await change(terminal, slug, { [group]: name === '' ? null : { [name]: null } });
			const sentence = unset ? `${slug}: ${key} is no longer set.` : `${slug}: ${key} was not set.`;
			terminal.print(json ? JSON.stringify({ key, unset }) : sentence);
		});
}

/** What is there by just this name can be taken away, understood or not. @throws ValidationError for what there neither is nor can be */
function whatToUnset(settings: unknown, typedKey: string): { key: string; group: string; name: string } {
	const [subject = '', ...rest] = typedKey.split('.');
	const typed = { key: typedKey, group: subject, name: rest.join('.') };
	const isOurs = Object.hasOwn(SETTING_SUBJECTS, subject);
	if (isOurs && (typed.name === '' || isSet(settings, subject, typed.name))) return typed;
	const { key, subject: group, name } = getSetting(typedKey);
	return { key, group, name };
}

/** @param name empty for the whole group */
function isSet(settings: unknown, group: string, name: string): boolean {
	if (typeof settings !== 'object' || settings === null || !Object.hasOwn(settings, group)) return false;
	const values = (settings as Record<string, unknown>)[group];
	if (name === '') return true;
	return typeof values === 'object' && values !== null && Object.hasOwn(values, name);
}

/** Settings that contradict each other are refused, unless something there could not be understood before. */
async function change(terminal: Terminal, slug: string, changes: SettingChanges): Promise<void> {
	const left = await asAdministrator(terminal, slug, async (tx, { id, settings: before }) => {
		const known = findSettingProblems(before).map(({ problem }) => problem);
		const problems = findSettingProblems(await changeSettings(tx, id, changes));
		const [created] = problems.filter(({ problem }) => !known.includes(problem));
		if (created) {
			throw new ValidationError(
				created.key,
				created.problem,
				'Nothing was changed. Change the other one first.',
			);
		}
		return problems;
	});
	noteProblems(terminal, slug, left);
}

function noteProblems(terminal: Terminal, slug: string, problems: readonly SettingProblem[]): void {
	for (const { key, problem } of problems) {
		const remedy =
			key === 'settings'
				? 'Whatever is set next replaces it.'
				: `Set it again, or: lma org settings unset ${slug} ${key}`;
		terminal.note(`The settings of ${slug} cannot be understood: ${problem}. ${remedy}`);
	}
}

function describe(states: readonly SettingState[]): string {
	return formatTable(
		['setting', 'value', 'default', 'what it is for'],
		states.flatMap(({ key, value, standard, hint }) =>
			wrapCells([key, shown(value), shown(standard), hint], [undefined, 20, 20, 50]),
		),
	);
}

/** As "set" takes it. */
function shown(value: unknown): string {
	if (value === null || value === undefined) return '';
	const isPlainList = Array.isArray(value) && value.every((entry) => !String(entry).includes(','));
	if (isPlainList) return value.join(', ');
	return typeof value === 'string' ? value : JSON.stringify(value);
}
