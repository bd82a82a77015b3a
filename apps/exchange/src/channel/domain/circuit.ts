import type { RefusalCode } from '@qiongtong/contracts';

/** What one endpoint has come to: failures in a row, since when it rests, and whether it is being tried. */
export type Circuit = Readonly<{
  failures: number;
  restsUntil: Date | null;
  probing: boolean;
  lastFailure: Readonly<{ at: Date; code: RefusalCode }> | null;
  lastSuccessAt: Date | null;
}>;
export type CircuitPhase = 'CLOSED' | 'OPEN' | 'HALF_OPEN';
export type CircuitRules = Readonly<{ failures: number; restMs: number }>;

export const UNTRIED: Circuit = {
  failures: 0,
  restsUntil: null,
  probing: false,
  lastFailure: null,
  lastSuccessAt: null,
};

export function phaseOf({ restsUntil, probing }: Circuit, now: Date): CircuitPhase {
  if (restsUntil === null) return 'CLOSED';
  return probing || restsUntil.getTime() <= now.getTime() ? 'HALF_OPEN' : 'OPEN';
}

/** The circuit with one more call under way; null where it may not be made. Of a rested endpoint one call is the probe. */
export function tried(circuit: Circuit, now: Date): Circuit | null {
  const phase = phaseOf(circuit, now);
  if (phase === 'CLOSED') return circuit;
  return phase === 'OPEN' || circuit.probing ? null : { ...circuit, probing: true };
}

/**
 * After a call: what went wrong, or null for a success.
 *
 * @param probe whether this call was the probe; a call from before that ends meanwhile neither ends nor extends the rest
 */
export function settled(
  circuit: Circuit,
  code: RefusalCode | null,
  probe: boolean,
  now: Date,
  rules: CircuitRules,
): Circuit {
  if (code === null) {
    if (circuit.restsUntil !== null && !probe) return { ...circuit, lastSuccessAt: now };
    return { ...circuit, failures: 0, restsUntil: null, probing: false, lastSuccessAt: now };
  }
  const failures = circuit.failures + 1;
  const rests = probe || (circuit.restsUntil === null && failures >= rules.failures);
  return {
    ...circuit,
    failures,
    restsUntil: rests ? new Date(now.getTime() + rules.restMs) : circuit.restsUntil,
    probing: circuit.probing && !probe,
    lastFailure: { at: now, code },
  };
}

/** After a call that says nothing of the endpoint: nobody waited for its end. */
export const abandoned = (circuit: Circuit, probe: boolean): Circuit =>
  probe ? { ...circuit, probing: false } : circuit;
