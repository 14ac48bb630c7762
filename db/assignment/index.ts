export { assignLeads } from './assign';
export type { AssignedLead } from './outcome';
export { ASSIGNMENT_STRATEGIES, type AssignmentRequest, assignmentSchema } from './request';
