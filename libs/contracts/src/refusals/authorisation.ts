import { refusals } from './entry';

/** Refusals of the authorisation service. */
export const AUTHORISATION_REFUSALS = refusals({});
