import { Injectable } from '@nestjs/common';
import { boundedBody } from '../bounded-body';
import { cosignatureOf, type Cosignature, type Witness } from '../log/domain/cosignature';
import type { Problem } from './witness.store';

export type Offer = Readonly<{
  /** Of what the witness has seen, and the proof from there to the note. */
  oldSize: number;
  proof: readonly Buffer[];
  note: string;
}>;
export type Answer =
  | Readonly<{ cosignature: Cosignature }>
  /** It has seen that many entries already. */
  | Readonly<{ seen: number }>
  | Readonly<{ problem: Problem; status?: number }>;

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024;

/** Asks a witness by C2SP tlog-witness. Never throws: a witness that is away is one of its answers. */
@Injectable()
export class WitnessClient {
  async offer(witness: Witness, { oldSize, proof, note }: Offer): Promise<Answer> {
    const lines = [`old ${oldSize}`, ...proof.map((hash) => hash.toString('base64')), '', note];
    try {
      const response = await fetch(`${witness.url}/add-checkpoint`, {
        method: 'POST',
        body: lines.join('\n'),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = (await boundedBody(response, MAX_ANSWER_BYTES)).toString('utf8');
      const { status } = response;
      if (status === 409) return /^(0|[1-9]\d{0,15})\n?$/.test(text) ? { seen: Number(text) } : { problem: 'REFUSES', status }; // prettier-ignore
      // It could not prove to itself that what it saw is the past of what it is shown.
      if (status === 422) return { problem: 'DISAGREES', status };
      const cosignature = status === 200 ? cosignatureOf(witness, note, text) : null;
      if (cosignature) return { cosignature };
      return { problem: status >= 500 || status === 429 ? 'UNREACHABLE' : 'REFUSES', status };
    } catch {
      return { problem: 'UNREACHABLE' };
    }
  }
}
