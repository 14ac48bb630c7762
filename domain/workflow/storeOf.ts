import { parametersOf } from './callOf';

/** The tables of an evaluation are where it says; older versions mean Google Sheets when it says nothing. */
const EVALUATION_IN_TABLES_FROM = { evaluation: 4.8, evaluationTrigger: 4.7 };
/** What else an evaluation does. */
const WITHOUT_TABLE = new Set<unknown>(['setInputs', 'setMetrics', 'checkIfEvaluating']);

/** Whether a node reads or writes data tables of n8n. */
export function usesDataTable(node: Record<string, unknown>): boolean {
	const kind = kindOf(node);
	if (kind === 'dataTable') return true;
	if (kind !== 'evaluation' && kind !== 'evaluationTrigger') return false;
	const { source, operation } = parametersOf(node);
	if (kind === 'evaluation' && WITHOUT_TABLE.has(operation)) return false;
	if (source === undefined) return Number(node['typeVersion'] ?? 1) >= EVALUATION_IN_TABLES_FROM[kind];
	return source !== 'googleSheets';
}

/** Whether a node talks to an agent that is kept in n8n beside the workflows, or carries one with credentials of its own. */
export function usesAgent(node: Record<string, unknown>): boolean {
	return kindOf(node) === 'messageAnAgent';
}

/** The type of a node without its package, and without what n8n adds where it is a tool of an agent. */
function kindOf(node: Record<string, unknown>): string {
	return /\.(\w+?)(?:Hitl)?(?:Tool)?$/.exec(String(node['type']))?.[1] ?? '';
}
