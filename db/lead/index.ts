export * from './create';
export * from './delete';
export * from './input';
export * from './lead';
export * from './list';
export * from './tag';
export * from './update';
export * from './upsert';
