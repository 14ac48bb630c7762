export * from './claim';
export * from './event';
export * from './subscription';
