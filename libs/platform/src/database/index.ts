export * from '../clock';
export { createDataSource, openDatabase, SchemaBehind, type DatabaseOptions } from './data-source';
export { findAnswer, IdempotencyConflict, type StoredAnswer } from './idempotency';
export { Lease, LeaseLost, pause, type LeaseOptions, type LeaseTerm } from './lease';
export { listen } from './listen';
export { PlatformTables1700000000000 } from './platform.migration';
export { databaseErrorCode, inTransaction, isUnavailable, sql, type Sql } from './sql';
export { UnitOfWork, type Transaction } from './unit-of-work';
