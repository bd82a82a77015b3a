import { refusals } from './entry';

/** Refusals of the audit service. */
export const AUDIT_REFUSALS = refusals({});
