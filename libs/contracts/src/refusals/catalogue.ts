import { refusals } from './entry';

/** Refusals of the catalogue service. */
export const CATALOGUE_REFUSALS = refusals({});
