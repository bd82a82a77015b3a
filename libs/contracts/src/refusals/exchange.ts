import { refusals } from './entry';

/** Refusals of the exchange service. */
export const EXCHANGE_REFUSALS = refusals({});
