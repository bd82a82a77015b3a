export * from './charset';
export * from './csv';
