import { createHash } from 'node:crypto';
import type { PermitState, ReleaseForm, ResourceState } from '@qiongtong/contracts';

/** A whole answer in one form, as it was released, and what exchange said left for it. */
export type Copy = Readonly<{
  body: Buffer;
  etag: string;
  digest: string;
  rows: number;
  delivery: string | null;
  /** The decision under which exchange gave it: the first answer made of it has that one, later ones their own. */
  takeDecisionId(): string;
}>;

/** SHA-256, hex. */
export const digestOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
export const etagOf = (digest: string): string => `"${digest.slice(0, 32)}"`;

type Kept = { readonly version: string; readonly at: number; readonly copy: Promise<Copy | null>; bytes: number };

/**
 * Answers that are young enough to be given again, so that society's reading costs the departments nothing. A copy lends
 * no leave: every answer is decided anew. What is wanted by many at once is fetched once.
 */
export class Copies {
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;

  constructor(
    private readonly maxAgeMs: number,
    private readonly mostBytes: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param fetch resolves null for what is too large to keep, which is then known for as long as a copy would be */
  get(
    permit: PermitState,
    resource: ResourceState,
    form: ReleaseForm,
    fetch: () => Promise<Copy | null>,
  ): Promise<Copy | null> {
    const key = `${permit.id} ${form}`;
    const version = `${permit.version} ${resource.version}`;
    const known = this.kept.get(key);
    if (known && known.version === version && this.now() - known.at < this.maxAgeMs) return known.copy;
    this.forget(key);
    const kept: Kept = { version, at: this.now(), copy: fetch(), bytes: 0 };
    this.kept.set(key, kept);
    kept.copy.then(
      (copy) => this.account(key, kept, copy?.body.length ?? 0),
      () => this.kept.get(key) === kept && this.forget(key),
    );
    return kept.copy;
  }

  drop(permitId: string): void {
    for (const key of [...this.kept.keys()]) if (key.startsWith(`${permitId} `)) this.forget(key);
  }

  get size(): number {
    return this.kept.size;
  }

  private account(key: string, kept: Kept, bytes: number): void {
    if (this.kept.get(key) !== kept) return;
    kept.bytes = bytes;
    this.bytes += bytes;
    for (const oldest of this.kept.keys()) {
      if (this.bytes <= this.mostBytes) break;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    this.bytes -= this.kept.get(key)?.bytes ?? 0;
    this.kept.delete(key);
  }
}
