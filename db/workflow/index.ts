export * from './list';
export * from './register';
export * from './remote';
export * from './requestSync';
export * from './setActive';
export * from './template';
export * from './workflow';
