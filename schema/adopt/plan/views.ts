import type { View } from '../catalogue/catalogue';
import type { Context, Part } from './context';
import { canonical, looseEnums, withoutLooseCasts } from '../catalogue/definition';
import type { Finding } from './finding';
import { bareName, quoteName } from '../catalogue/quote';
import { brief, type Step } from './step';

/**
 * The views. One of the same name is replaced where its columns allow it, so that whatever reads it reads the new one;
 * else it is put aside under another name, with what reads it.
 */
export function planViews({ reference, live }: Context): Part {
	const loose = looseEnums(reference, live);
	const steps: Step[] = [];
	const findings: Finding[] = [];
	for (const view of reference.views) {
		const found = live.views.find(({ name }) => name === view.name);
		const isSame =
			found &&
			canonical(found.definition) === canonical(view.definition) &&
			[...found.options].sort().join() === [...view.options].sort().join();
		if (isSame) continue;
		const definition = withoutLooseCasts(view.definition, loose).replace(/;\s*$/, '');
		const options = view.options.length > 0 ? ` with (${view.options.join(', ')})` : '';
		const create = `create or replace view ${view.name}${options} as ${definition}`;
		if (!found) {
			steps.push(brief(`Create view ${view.name}`, null, [create]));
			continue;
		}
		steps.push(brief(`Replace view ${view.name}`, view.name, [replaceOrPutAside(view, create)]));
		findings.push(replaced(view, live.views));
	}
	return { steps, findings };
}

function replaceOrPutAside({ name }: View, create: string): string {
	return `do $do$ begin
		begin
			execute $view$${create}$view$;
		exception when invalid_table_definition then
			execute 'alter view ${name} rename to ${asideName(name)}';
			execute $view$${create}$view$;
		end;
	end $do$`;
}

function asideName(view: string): string {
	return quoteName(`${bareName(view)}_before_lma`);
}

function replaced(view: View, views: View[]): Finding {
	const readers = views.filter(({ reads }) => reads.includes(view.name)).map(({ name }) => name);
	return {
		rule: 'view_replaced',
		severity: 'note',
		object: view.name,
		count: null,
		ids: [],
		consequence: [
			'It is replaced: the same columns, counted correctly, and one more, organization_id.',
			...(readers.length > 0
				? [`${readers.join(', ')} read${readers.length === 1 ? 's' : ''} it and will show different numbers.`]
				: []),
		].join(' '),
		remedy: `None needed. When its columns do not allow it, the old one is kept as ${asideName(view.name)}.`,
	};
}
