export * from './addLeads';
export * from './campaign';
export * from './create';
export * from './find';
export * from './list';
export * from './membership';
export * from './removeLeads';
export * from './update';
