export * from './cancel';
export * from './communication';
export * from './list';
export * from './write';
