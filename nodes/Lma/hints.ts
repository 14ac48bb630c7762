import type { NodeHint } from 'n8n-workflow';

/** Shows a hint while an operation of leads has parameters like this. */
function forLead(operations: string[], condition: string): string {
	return `={{ $parameter["resource"] === "lead" && ${JSON.stringify(operations)}.includes($parameter["operation"]) && ${condition} }}`;
}

/** What the editor says beside the node when parameters look like a mistake. None of them stops an execution. */
export const hints: NodeHint[] = [
	{
		type: 'warning',
		message: 'Nothing is changed yet: add the fields to change under Update Fields.',
		displayCondition: forLead(
			['update'],
			'$parameter["dataMode"] !== "columns" && Object.keys($parameter["updateFields"] ?? {}).length === 0',
		),
		whenToDisplay: 'beforeExecution',
		location: 'ndv',
	},
	{
		type: 'info',
		message:
			'Fields of the input whose names are neither columns of a lead nor keys of registered custom fields are left out. See the columns under Map Each Column Manually.',
		displayCondition: forLead(
			['create', 'update', 'upsert'],
			'$parameter["dataMode"] === "columns" && $parameter["columns"]?.mappingMode === "autoMapInputData"',
		),
		whenToDisplay: 'beforeExecution',
		location: 'ndv',
	},
	{
		type: 'warning',
		message:
			'Create adds a new lead each time, even when one with this e-mail address exists. Create or Update does not.',
		displayCondition: forLead(['create'], '$input.all().length > 1'),
		whenToDisplay: 'beforeExecution',
		location: 'ndv',
	},
	{
		type: 'info',
		message:
			'Return All may return a very large number of leads at once. A limit, or filters, keep the workflow fast.',
		displayCondition: forLead(
			['getMany'],
			'$parameter["returnAll"] === true && Object.keys($parameter["filters"] ?? {}).length === 0',
		),
		whenToDisplay: 'beforeExecution',
		location: 'ndv',
	},
];
