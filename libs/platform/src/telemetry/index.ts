export * from './logger';
export * from './metrics';
export { currentTraceparent, traceOf } from './trace';
export * from './tracing';
