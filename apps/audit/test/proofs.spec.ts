import type { Cursors, Sql } from '@qiongtong/platform';
import { inclusionRanges, verifyConsistency, verifyInclusion } from '../src/log/domain/proofs';
import { openNote } from '../src/log/domain/note';
import { LogService } from '../src/log/log.service';
import { LogStore } from '../src/log/log.store';
import { ProofStore } from '../src/log/proof.store';
import { facts } from './facts';
import { LogDatabase } from './log-database';
import { auditor } from './running-audit';

const nobodyElse = () => Promise.resolve();

describe('[R14.9] proofs from kept hashes', () => {
  let log: LogDatabase;
  let proofs: ProofStore;
  let service: LogService;
  let sealed = 0;
  beforeEach(async () => {
    log = await LogDatabase.create();
    await log.sealer().begin(nobodyElse, null);
    sealed = 0;
    proofs = new ProofStore();
    const cursors = {} as Cursors; // pages are not asked for here
    service = new LogService(log.dataSource, log.work(), new LogStore(), proofs, log.key, cursors, log.clock);
  });
  afterEach(() => log.close());

  const seal = async (count: number): Promise<void> => {
    await log.sealer().seal(facts(sealed + 1, sealed + count), nobodyElse);
    sealed += count;
  };
  const bytes = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'base64'));
  /** Asks for it, and tries it by the checkpoint it comes with. */
  const holds = async (index: number): Promise<boolean> => {
    const { size, leafHash, proof, checkpoint } = await service.inclusionProof(auditor, index);
    const { root } = openNote(checkpoint, log.key.verifierKey)!;
    return verifyInclusion({ leaf: Buffer.from(leafHash, 'base64'), index, size, root }, bytes(proof));
  };

  it('hold for every entry while the log grows, also across tiles', async () => {
    let consistent = 0;
    for (const count of [1, 2, 254, 300, 1, 70_000]) {
      const before = sealed;
      await seal(count);
      for (const index of [0, before, sealed - 1, Math.floor(sealed / 2)]) expect(await holds(index)).toBe(true);
      if (before === 0) continue;
      const { older, newer, proof } = await service.consistencyProof(auditor, before);
      const heads = [older, newer].map((note) => openNote(note, log.key.verifierKey)) as [never, never];
      expect(verifyConsistency(...heads, bytes(proof))).toBe(true);
      consistent++;
    }
    expect(consistent).toBe(5);
  });

  it('read each tile once, and again when the log has grown past what was there', async () => {
    await seal(600);
    let asked = 0;
    const counting: Sql = (text, parameters) => (asked++, log.query(text, parameters));
    const ask = (index: number, size: number) => proofs.proof(counting, inclusionRanges(index, size));
    const first = await ask(5, 600);
    expect(await ask(5, 600)).toEqual(first);
    await ask(9, 600);
    expect(asked).toBe(1);
    await seal(10);
    await ask(5, 610);
    expect(asked).toBe(2);
  });

  it('of another log than that which is there now are found before they are given out', async () => {
    const other = await LogDatabase.create();
    try {
      await other.sealer().begin(nobodyElse, null);
      await other.sealer().seal(facts(1001, 1600), nobodyElse);
      await seal(600);
      await proofs.proof(other.query, [{ start: 5, end: 6 }, ...inclusionRanges(5, 600)]);
      expect(await holds(5)).toBe(true);
    } finally {
      await other.close();
    }
  });

  it('that do not lead to the checkpoint are given to nobody', async () => {
    await seal(600);
    await log.query(
      `UPDATE tile SET hashes = overlay(hashes PLACING '\\x00'::bytea FROM 1) WHERE level = 0 AND index = 1`,
    );
    await expect(service.inclusionProof(auditor, 300)).rejects.toThrow('do not lead to its checkpoint');
  });
});
