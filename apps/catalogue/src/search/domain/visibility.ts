import { clearBit, newBits, setBit, widened, type Bits, type ScratchBits } from './postings';
import type { SearchedEntry, Viewer } from './searched-entry';

/** Which documents are kept from others than their providers, in whole or in part. */
export class Visibility {
  /** Of which others may not know that they are there; and of which not what items they have. */
  private hidden: Bits = newBits(0);
  private itemless: Bits = newBits(0);
  /** Those of a provider that are kept from others. */
  private readonly keptBy = new Map<string, Set<number>>();

  constructor(private readonly scratch: ScratchBits) {}

  grow(documents: number): void {
    this.hidden = widened(this.hidden, documents);
    this.itemless = widened(this.itemless, documents);
  }

  set(doc: number, { metadataVisibility, providerId }: SearchedEntry): void {
    if (metadataVisibility === 'ALL') return;
    if (metadataVisibility === 'HIDDEN') setBit(this.hidden, doc);
    setBit(this.itemless, doc);
    const kept = this.keptBy.get(providerId);
    if (kept) kept.add(doc);
    else this.keptBy.set(providerId, new Set([doc]));
  }

  forget(doc: number, providerId: string): void {
    clearBit(this.hidden, doc);
    clearBit(this.itemless, doc);
    this.keptBy.get(providerId)?.delete(doc);
  }

  hiddenFrom(viewer: Viewer): Bits {
    return this.keptFrom(viewer, this.hidden);
  }

  itemlessFor(viewer: Viewer): Bits {
    return this.keptFrom(viewer, this.itemless);
  }

  /** Viewers of one viewpoint may know the same. Only who keeps something has one of their own. */
  viewpointOf({ departmentId, knowsAll }: Viewer): string {
    if (knowsAll) return '*';
    return this.keptBy.get(departmentId)?.size ? departmentId : '';
  }

  /** A set of what is kept from others, without what is not kept from this viewer. */
  private keptFrom({ departmentId, knowsAll }: Viewer, kept: Bits): Bits {
    if (knowsAll) return this.scratch.take();
    const own = this.keptBy.get(departmentId);
    if (!own) return kept;
    const set = this.scratch.copy(kept);
    for (const doc of own) clearBit(set, doc);
    return set;
  }
}
