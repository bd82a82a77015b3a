import { Injectable } from '@nestjs/common';
import { sql, type Sql } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { bundlePath, messagePath } from '../archive/archived-texts';
import { entriesOf } from '../log/domain/bundle';
import { HASH_BYTES, leafHash } from '../log/domain/hashing';
import { openNote } from '../log/domain/note';
import { newTiles, tilePath } from '../log/domain/tile-path';
import { TILE_WIDTH } from '../log/domain/tiles';
import { LogStore } from '../log/log.store';
import { ProofStore } from '../log/proof.store';
import { SigningKey } from '../log/signing-key';
import type { LogFiles } from '../tiles/files/log-files';
import { TileStore } from '../tiles/tile.store';
import { ArchiveStore, type Archived, type Part } from './archive.store';
import * as manifests from './domain/manifest';
import type { ArchivedFile, Manifest } from './domain/manifest';

export type Written = Pick<Archived, 'from' | 'to' | 'root' | 'note' | 'manifestSha256'>;

/**
 * Writes parts of the log to the archive and reads them back. The archive is itself a log of the first entries in the
 * layout of C2SP tlog-tiles with a signed checkpoint, so that every tool that verifies the log's files verifies it.
 */
@Injectable()
export class Archiver {
  private readonly query: Sql = (text, parameters) => sql(this.dataSource, text, parameters);

  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ArchiveStore,
    private readonly log: LogStore,
    private readonly tiles: TileStore,
    private readonly key: SigningKey,
  ) {}

  /** The same part gives the same files, so whatever stops it, it is written again. */
  async write(files: LogFiles, part: Part): Promise<Written> {
    const written: ArchivedFile[] = [];
    for (const ref of newTiles(part.from, part.to)) {
      const bytes = await this.tiles.read(this.query, ref);
      if (!bytes) throw new Error(`the log has no tile ${tilePath(ref)}`);
      const path = `tile/${tilePath(ref)}`;
      await files.write(path, bytes);
      if (ref.level === 'entries') written.push(fileOf(path, bytes));
    }
    for (const index of await this.store.messages(this.query, part)) {
      const bytes = await this.log.largeMessage(this.query, index);
      if (!bytes) throw new Error(`the log has no message ${index}`);
      await files.write(messagePath(index), bytes);
      written.push(fileOf(messagePath(index), bytes));
    }
    const root = await this.rootAt(part.to);
    const manifest = manifests.manifestBytes(await this.manifest(part, root, written));
    const manifestSha256 = manifests.sha256Of(manifest);
    const head = { size: part.to, root };
    const note = this.key.signWith(head, [manifests.manifestLine(manifestSha256)]);
    await files.write(manifests.manifestPath(part), manifest);
    await files.write(manifests.notePath(part), Buffer.from(note));
    await files.replace('checkpoint', Buffer.from(this.key.sign(head)));
    for (const ref of newTiles(part.from, part.to))
      if (ref.width === TILE_WIDTH) await files.removePartial(`tile/${tilePath(ref)}`);
    return { ...part, root, note, manifestSha256 };
  }

  /** Reads a part from the archive and throws unless every byte of it is what the log has. */
  async verify(files: LogFiles, part: Part): Promise<void> {
    const wrong = (what: string): Error => new Error(`${files.place} does not hold ${part.from}-${part.to}: ${what}`);
    const bytes = await files.read(manifests.manifestPath(part));
    const note = (await files.read(manifests.notePath(part)))?.toString('utf8') ?? '';
    if (!bytes) throw wrong('no manifest');
    const root = await this.rootAt(part.to);
    const head = openNote(note, this.key.verifierKey);
    if (head?.size !== part.to || !head.root.equals(root)) throw wrong('the manifest is not signed by this log');
    if (!manifests.isOfManifest(note, manifests.sha256Of(bytes))) throw wrong('the manifest is not the signed one');
    const manifest = JSON.parse(bytes.toString('utf8')) as Manifest;
    const bundles = new Set(manifest.files.map(({ path }) => path));
    for (const { path, sha256 } of manifest.files) {
      const file = await files.read(path);
      if (!file || manifests.sha256Of(file) !== sha256) throw wrong(path);
    }
    for (let index = part.from / TILE_WIDTH; index < part.to / TILE_WIDTH; index += 1) {
      const path = bundlePath(index);
      if (!bundles.has(path) || !(await this.holds(files, index))) throw wrong(path);
    }
    for (const index of await this.store.messages(this.query, part))
      if (!bundles.has(messagePath(index))) throw wrong(messagePath(index));
  }

  /** Entry by entry against the hashes of the tree, which stay here. */
  private async holds(files: LogFiles, index: number): Promise<boolean> {
    const entries = entriesOf((await files.read(bundlePath(index))) ?? Buffer.alloc(0)) ?? [];
    const hashes = await this.tiles.read(this.query, { level: 0, index, width: TILE_WIDTH });
    const path = `tile/${tilePath({ level: 0, index, width: TILE_WIDTH })}`;
    const tile = await files.read(path);
    if (!hashes || !tile?.equals(hashes) || entries.length !== TILE_WIDTH) return false;
    return entries.every((entry, i) => leafHash(entry).equals(hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)));
  }

  private async manifest(part: Part, root: Buffer, files: readonly ArchivedFile[]): Promise<Manifest> {
    const sealed = await this.store.sealedBetween(this.query, part);
    return {
      format: manifests.ARCHIVE_FORMAT,
      origin: this.key.origin,
      ...part,
      root: root.toString('base64'),
      sealedFrom: sealed.from.toISOString(),
      sealedUntil: sealed.until.toISOString(),
      files,
    };
  }

  private async rootAt(size: number): Promise<Buffer> {
    // Read anew each time: what is kept of an earlier look is not what the database has.
    const [root] = await new ProofStore().proof(this.query, [{ start: 0, end: size }]);
    return root!;
  }
}

const fileOf = (path: string, bytes: Buffer): ArchivedFile => ({
  path,
  bytes: bytes.length,
  sha256: manifests.sha256Of(bytes),
});
