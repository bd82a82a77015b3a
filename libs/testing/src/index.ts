export * from './infrastructure';
export * from './instance';
export * from './processes';
export * from './test-infrastructure';
