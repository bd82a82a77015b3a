import { Injectable } from '@nestjs/common';
import { Refusal, type Item, type Principal } from '@qiongtong/contracts';
import { UnitOfWork } from '@qiongtong/platform';
import type { Content } from '../entries/domain/content';
import { knowledgeOf } from '../entries/domain/knowledge';
import { likeness, pairsOfName, type Likened } from '../entries/domain/likeness';
import { contentSeen, mayKnowRevision } from '../entries/domain/versions';
import { EntryStore } from '../entries/entry.store';
import { VersionStore } from '../entries/version.store';
import { AlikeStore } from './alike.store';

const SHOWN = 20;
const COMPARED = 150;
/** Below this two entries are not worth a look. */
const LEAST = 0.25;

/** Entries that are nearly the same, or hold the same elements: so that nobody collects, or compiles, a second time. [R8.1] */
@Injectable()
export class AlikeService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly entries: EntryStore,
    private readonly versions: VersionStore,
    private readonly store: AlikeStore,
  ) {}

  /** Of what is being compiled, where the caller may know of it. The most alike first. */
  async nearDuplicates(id: string, by: Principal) {
    const content = await this.seen(id, by);
    const own = likened(content);
    return this.work.run(async (tx) => {
      const found = await this.store.candidates(tx, id, pairsOfName(content.name), elementsOf(content.items), by);
      const nearest = found
        .map((one) => ({
          id: one.id,
          name: likeness({ ...own, items: null, purpose: '' }, { ...one, items: null, purpose: '' }).name,
        })) // prettier-ignore
        .sort((a, b) => b.name - a.name || (a.id < b.id ? -1 : 1))
        .slice(0, COMPARED);
      const compared = await this.store.compared(tx, nearest.map((one) => one.id), by); // prettier-ignore
      const items = compared
        .map(({ purpose, items: theirs, ...entry }) => {
          const { score, sharedItems, ...alike } = likeness(own, { name: entry.name, purpose, items: theirs });
          return { ...entry, score, alike, sharedItems };
        })
        .filter(({ score }) => score >= LEAST)
        .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
        .slice(0, SHOWN);
      return { items };
    });
  }

  /** Entries that hold the same data elements, those that share most first. */
  async related(id: string, by: Principal) {
    const elements = elementsOf((await this.seen(id, by)).items);
    if (elements.length === 0) return { items: [] };
    return this.work.run(async (tx) => ({ items: await this.store.related(tx, id, elements, by, SHOWN) }));
  }

  private async seen(id: string, by: Principal): Promise<Content> {
    const entry = await this.entries.find(id);
    const knowledge = entry ? knowledgeOf(entry, by) : 'nothing';
    if (!entry || knowledge === 'nothing') throw new Refusal('request.not_found');
    const copy = knowledge === 'whole' ? await this.versions.revisionOf(entry) : null;
    return copy && mayKnowRevision(copy, by) ? copy.content : contentSeen(knowledge, entry.content);
  }
}

const likened = ({ name, abstract, dutyBasis, items }: Content): Likened => ({
  name,
  purpose: [abstract, dutyBasis].filter((text) => text !== null).join(' '),
  items: items.map((item) => ({ name: item.name, elementId: item.source?.elementId ?? null })),
});

const elementsOf = (items: readonly Item[]): string[] => [
  ...new Set(items.flatMap(({ source }) => source?.elementId ?? [])),
];
