import type { AdoptReport, ReportedStep } from '../../schema/adopt/adopt';
import type { Finding } from '../../schema/adopt/plan/finding';
import { formatTable } from '../terminal/table';

const headings: Record<Finding['severity'], string> = {
	blocks: 'Must be resolved first:',
	kept: 'Will stay as it is:',
	note: 'Worth knowing:',
};

/** The report for people: the steps, what was found by weight, and what comes next. */
export function describeAdoption(report: AdoptReport): string {
	const isDone = report.status !== 'planned';
	const parts = [
		report.status === 'already adopted'
			? `${report.database} is already adopted. There is nothing to do.`
			: `${isDone ? 'Done in' : 'To do in'} ${report.database}: ${report.steps.length} steps.`,
	];
	if (!isDone && report.steps.length > 0) parts.push(describeSteps(report.steps));
	for (const [severity, heading] of Object.entries(headings)) {
		const findings = report.findings.filter((finding) => finding.severity === severity);
		if (findings.length > 0) parts.push([heading, ...findings.map(describeFinding)].join('\n'));
	}
	if (report.remaining.length > 0)
		parts.push(
			['Still different from a fresh database:', ...report.remaining.map((title) => `  ${title}`)].join('\n'),
		);
	parts.push(conclusion(report));
	return parts.join('\n\n');
}

/** Steps on tables in use one by one; the others are many, and nobody waits for them. */
function describeSteps(steps: ReportedStep[]): string {
	const onTables = steps.filter(({ table }) => table !== null);
	const others = steps.length - onTables.length;
	const rows = onTables.map(({ title, lock, rows }) => [title, describeLock(lock), rows > 0 ? rows : null]);
	return [
		...(rows.length > 0 ? [formatTable(['step', 'lock', 'rows'], rows)] : []),
		...(others > 0
			? [
					`${others} ${rows.length > 0 ? 'more ' : ''}steps create types, tables, functions and views that nobody uses yet.`,
				]
			: []),
	].join('\n');
}

function describeLock(lock: string): string {
	switch (lock) {
		case 'none':
		case 'rows':
			return lock === 'none' ? '' : 'rows, batch by batch';
		case 'SHARE UPDATE EXCLUSIVE':
			return 'blocks nobody';
		default:
			return `${lock}, briefly`;
	}
}

function describeFinding({ rule, object, count, ids, consequence, remedy }: Finding): string {
	const examples =
		ids.length > 0 ? `: ${ids.join(', ')}${count !== null && count > ids.length ? ', …' : ''}` : '';
	const rows = count === null ? '' : ` (${count} row${count === 1 ? '' : 's'}${examples})`;
	const next = remedy.startsWith('None') ? '' : `\n    → ${remedy}`;
	return `  ${object}${rows} [${rule}]\n    ${consequence}${next}`;
}

function conclusion({ status, findings }: AdoptReport): string {
	const blocking = findings.filter(({ severity }) => severity === 'blocks').length;
	if (status === 'adopted') return 'Adopted: from here on use `lma migrate`; `lma doctor` checks the rest.';
	if (status === 'already adopted')
		return 'Fix what is listed, then run `lma adopt --apply` again to add what was left out.';
	const nothing =
		'Nothing was written: the database was compared with a fresh one beside it, which is dropped again.';
	return blocking > 0
		? `${nothing}\n${blocking} finding${blocking === 1 ? '' : 's'} must be resolved before \`lma adopt --apply\`.`
		: `${nothing}\nRun \`lma adopt --apply\` to do it; it can be stopped and run again at any time.`;
}
