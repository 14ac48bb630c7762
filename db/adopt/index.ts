export * from './adopt';
export type { BackfillProgress } from './backfill';
export type { Finding, Severity } from './finding';
export type { Lock, Step } from './step';
