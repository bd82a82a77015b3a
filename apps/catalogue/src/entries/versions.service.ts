import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Page } from '@qiongtong/platform';
import { differenceBetween, type Difference } from './domain/difference';
import type { Entry } from './domain/entry';
import { knowledgeOf, seenWith, standingOf, type Standing } from './domain/knowledge';
import {
  abandonRevision,
  contentSeen,
  knowledgeOfVersion,
  mayKnowRevision,
  startRevision,
  versionSeen,
  type Version,
} from './domain/versions';
import { EntryStore } from './entry.store';
import { VersionStore, type Review } from './version.store';

export type SeenVersion = ReturnType<typeof versionSeen>;

/** The versions of an entry: the next one, and those that were published. */
@Injectable()
export class VersionsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly entries: EntryStore,
    private readonly versions: VersionStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  start(id: string, by: Principal): Promise<Standing> {
    return this.work.run(async (tx) => {
      const entry = await this.entries.lock(tx, id);
      if (!entry || knowledgeOf(entry, by) === 'nothing') throw new Refusal('request.not_found');
      const { state, event } = startRevision(entry, by, this.clock.now());
      if (await this.versions.revisionOf(entry, tx.manager)) throw new Refusal('catalogue.revision_in_progress');
      await this.versions.saveRevision(tx, state);
      tx.publish(event);
      return standingOf(state);
    });
  }

  abandon(id: string, by: Principal): Promise<Standing> {
    return this.work.run(async (tx) => {
      const entry = await this.entries.lock(tx, id);
      if (!entry || knowledgeOf(entry, by) === 'nothing') throw new Refusal('request.not_found');
      const copy = await this.versions.revisionOf(entry, tx.manager);
      const { state, event } = abandonRevision(entry, copy, by, this.clock.now());
      await this.versions.dropRevision(tx, id);
      await this.entries.save(tx, state);
      tx.publish(event);
      return standingOf(state);
    });
  }

  /** The next version, with what it says otherwise than the published one. */
  async revision(id: string, by: Principal) {
    const entry = await this.known(id, by);
    const copy = await this.versions.revisionOf(entry);
    if (!copy || !mayKnowRevision(copy, by)) throw new Refusal('request.not_found');
    return { ...seenWith('whole', copy), difference: differenceBetween(entry.content, copy.content) };
  }

  async list(id: string, limit: number, cursor: string | undefined, by: Principal): Promise<Page<SeenVersion>> {
    const entry = await this.known(id, by);
    const scope = JSON.stringify(['entry-versions', by.departmentId, id]);
    const before = cursor === undefined ? null : this.cursors.decode<{ version: number }>(cursor, scope).version;
    const found = await this.versions.list(id, before, limit + 1);
    const page = found.slice(0, limit);
    const items = page.flatMap((version) => {
      const knowledge = knowledgeOfVersion(entry, version, by);
      return knowledge === 'nothing' ? [] : [versionSeen(knowledge, version)];
    });
    const last = page.at(-1);
    const next = last && found.length > limit ? this.cursors.encode({ version: last.version }, scope) : null;
    return { items, next };
  }

  /** Every decision of the authority, with its remarks: for who may know how the entry came about. */
  async reviews(id: string, limit: number, cursor: string | undefined, by: Principal): Promise<Page<Review>> {
    const entry = await this.known(id, by);
    if (knowledgeOf(entry, by) !== 'whole') throw new Refusal('request.not_found');
    const scope = JSON.stringify(['entry-reviews', by.departmentId, id]);
    const before = cursor === undefined ? null : this.cursors.decode<{ number: number }>(cursor, scope).number;
    const found = await this.versions.reviews(id, before, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, next: last && found.length > limit ? this.cursors.encode({ number: last.number }, scope) : null };
  }

  async version(id: string, version: number, by: Principal): Promise<SeenVersion> {
    const found = await this.knownVersion(await this.known(id, by), version, by);
    return versionSeen(found.knowledge, found.version);
  }

  /** @param from an earlier version, or a later one: what is read is how that becomes `to` */
  async difference(id: string, to: number, from: number, by: Principal): Promise<Difference> {
    const entry = await this.known(id, by);
    const [before, after] = [await this.knownVersion(entry, from, by), await this.knownVersion(entry, to, by)];
    // Items that only one of the two shows would look as if they had come or gone.
    const knowledge = before.knowledge === 'summary' ? 'summary' : after.knowledge;
    return differenceBetween(
      contentSeen(knowledge, before.version.content),
      contentSeen(knowledge, after.version.content),
    );
  }

  private async known(id: string, by: Principal): Promise<Entry> {
    const entry = await this.entries.find(id);
    if (!entry || knowledgeOf(entry, by) === 'nothing') throw new Refusal('request.not_found');
    return entry;
  }

  private async knownVersion(entry: Entry, number: number, by: Principal) {
    const version: Version | null = await this.versions.find(entry.id, number);
    const knowledge = version ? knowledgeOfVersion(entry, version, by) : 'nothing';
    if (!version || knowledge === 'nothing') throw new Refusal('request.not_found');
    return { version, knowledge };
  }
}
