/** What the worker's key needs to keep the table `workflows` in step, and n8n with what is wanted there. */
export const workerScopes = [
	'workflow:list',
	'workflow:read',
	'workflow:create',
	'workflow:update',
	'workflow:activate',
	'workflow:deactivate',
];

/** What a key needs for everything that `N8nClient` does. The worker can do without `workflow:delete`, but not unregister then. */
export const provisioningScopes = [
	...workerScopes,
	'workflow:delete',
	...['list', 'read', 'create', 'update'].map((verb) => `credential:${verb}`),
	...['list', 'read'].map((verb) => `execution:${verb}`),
];
