export type { FallbackReason } from './fallback';
export * from './reports';
