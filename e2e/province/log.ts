import { officerOf } from './bodies';
import type { Province } from './province';

export type SealedFact = Readonly<{ type: string; at: string; data: Readonly<Record<string, unknown>> }>;

/** Facts about this id as the auditor finds them in the sealed log, in their order; with `last`, once that one is there. */
export async function sealedFacts(province: Province, key: string, last: string): Promise<readonly SealedFact[]> {
  return province.eventually(`${last} of ${key} in the log`, async () => {
    const path = `/v1/audit/entries?key=${encodeURIComponent(key)}&limit=100`;
    const { items } = await province.done(officerOf('sjt'), 'GET', path);
    const facts = (items as { entry: string }[]).map(({ entry }) => JSON.parse(entry) as SealedFact);
    return facts.some(({ type }) => type === last) && facts;
  });
}

export const typesOf = (facts: readonly SealedFact[]): string[] =>
  facts.map(({ type }) => type.replace(/^[a-z]+\.(.*)\.v\d+$/, '$1'));
