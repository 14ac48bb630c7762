export * from './cancel';
export * from './communication';
export * from './find';
export * from './list';
export * from './reschedule';
export * from './write';
