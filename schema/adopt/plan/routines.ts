import type { Catalogue, Routine } from '../catalogue/catalogue';
import type { Context, Part } from './context';
import { looseEnums, withoutLooseCasts } from '../catalogue/definition';
import { quoteName } from '../catalogue/quote';
import { brief, type Step } from './step';

/**
 * The functions and procedures that are missing or differ, with the rights the migrations give. Roles that go on seeing
 * everything may run what lma_app may: defaults and checks of columns they write call such functions.
 */
export function planRoutines({ reference, live, platformRoles }: Context): Part {
	const loose = looseEnums(reference, live);
	const steps: Step[] = [];
	for (const routine of reference.routines) {
		const found = live.routines.find(({ name }) => name === routine.name);
		const definition = withoutLooseCasts(routine.definition, loose);
		const missing = missingRights(routine, { reference, live }, platformRoles);
		if (found?.definition === definition && missing.length === 0) continue;
		const verb = !found ? 'Make' : found.definition === definition ? 'Open' : 'Replace';
		steps.push(
			brief(`${verb} ${routine.kind} ${routine.name}`, null, [
				...(found?.definition === definition ? [] : [definition]),
				...missing,
			]),
		);
	}
	return { steps, findings: [] };
}

function missingRights(
	{ name, kind }: Routine,
	{ reference, live }: { reference: Catalogue; live: Catalogue },
	platformRoles: string[],
): string[] {
	const granteesIn = (catalogue: Catalogue) =>
		catalogue.grants
			.filter((grant) => grant.kind === 'routine' && grant.object === name)
			.map(({ grantee }) => grantee);
	const wanted = new Set(granteesIn(reference));
	if (wanted.has('lma_app')) for (const role of platformRoles) wanted.add(role);
	const isNew = !live.routines.some((routine) => routine.name === name);
	const found = isNew ? ['public'] : granteesIn(live);
	const statements = [...wanted]
		.filter((role) => role !== 'lma_owner' && !found.includes(role))
		.map((role) => `grant execute on ${kind} ${name} to ${role === 'public' ? role : quoteName(role)}`);
	if (!wanted.has('public') && found.includes('public'))
		statements.unshift(`revoke all on ${kind} ${name} from public`);
	return statements;
}
