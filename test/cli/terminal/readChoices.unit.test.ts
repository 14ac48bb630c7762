import { Argument, Command, Option } from 'commander';
import { expect, test } from 'vitest';

import { readChoices } from '../../../cli/terminal/readChoices';

function program() {
	const outer = new Command('lma');
	const inner = outer
		.command('add')
		.exitOverride()
		.configureOutput({ writeErr: () => undefined })
		.addArgument(new Argument('<kind>').choices(['status', 'leadTemperature']))
		.addOption(new Option('--role <role>').choices(['ADMIN', 'SALES_REP']).default('SALES_REP'))
		.addOption(new Option('--types <type...>').choices(['sms', 'call']))
		.action(() => undefined);
	readChoices(outer);
	return { outer, inner };
}

test('choices are taken as people write them', () => {
	const { outer, inner } = program();
	outer.parse(['add', 'LEADTEMPERATURE', '--role', 'sales rep', '--types', 'SMS', 'Call'], { from: 'user' });
	expect(inner.processedArgs).toEqual(['leadTemperature']);
	expect(inner.opts()).toEqual({ role: 'SALES_REP', types: ['sms', 'call'] });
});

test('what is left out keeps its default, and what is no choice is refused with those that are', () => {
	const { outer, inner } = program();
	outer.parse(['add', 'status'], { from: 'user' });
	expect(inner.opts()).toEqual({ role: 'SALES_REP' });
	expect(() => outer.parse(['add', 'status', '--role', 'boss'], { from: 'user' })).toThrow(
		'Allowed choices are ADMIN, SALES_REP.',
	);
});
