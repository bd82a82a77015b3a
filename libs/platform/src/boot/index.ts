export * from './boot-service';
export * from './drain';
export * from './health';
export * from './run-service';
