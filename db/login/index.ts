export { listTenantLogins, type TenantLogin } from './binding';
export { createLogin, type Login, type NewLogin } from './role';
export type { EndedSessions } from './session';
export * from './tenantLogin';
